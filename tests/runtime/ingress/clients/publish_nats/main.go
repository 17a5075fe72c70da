// Publishes one message to JetStream, with nothing but the Go client of NATS.
// publish-nats URL SUBJECT DATA NAME=VALUE...
package main

import (
	"log"
	"os"
	"strings"

	"github.com/nats-io/nats.go"
)

func main() {
	connection, err := nats.Connect(os.Args[1])
	if err != nil {
		log.Fatal(err)
	}
	defer connection.Close()
	message := nats.NewMsg(os.Args[2])
	message.Data = []byte(os.Args[3])
	for _, header := range os.Args[4:] {
		name, value, _ := strings.Cut(header, "=")
		message.Header.Set(name, value)
	}
	stream, err := connection.JetStream()
	if err != nil {
		log.Fatal(err)
	}
	if _, err := stream.PublishMsg(message); err != nil {
		log.Fatal(err)
	}
}
