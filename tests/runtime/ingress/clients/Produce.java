// Sends one event in binary content mode and one in structured mode, with nothing but Kafka's own client.
// java -cp 'libs/*' Produce.java BOOTSTRAP TOPIC KEY BINARY_TYPE BINARY_DATA STRUCTURED_EVENT

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;

public class Produce {
    public static void main(String[] args) throws Exception {
        Properties properties = new Properties();
        properties.put("bootstrap.servers", args[0]);
        properties.put("enable.idempotence", "true");
        StringSerializer text = new StringSerializer();
        try (KafkaProducer<String, String> producer = new KafkaProducer<>(properties, text, text)) {
            ProducerRecord<String, String> binary = new ProducerRecord<>(args[1], args[2], args[4]);
            Map<String, String> headers = Map.of(
                "ce_specversion", "1.0",
                "ce_id", "java-1",
                "ce_source", "/java",
                "ce_type", args[3],
                "ce_time", "2026-01-02T03:04:05Z",
                "ce_subject", "Grüße",
                "content-type", "application/json");
            headers.forEach((name, value) ->
                binary.headers().add(name, value.getBytes(StandardCharsets.UTF_8)));
            producer.send(binary).get();
            ProducerRecord<String, String> structured = new ProducerRecord<>(args[1], args[2], args[5]);
            structured.headers().add(
                "content-type", "application/cloudevents+json; charset=UTF-8".getBytes(StandardCharsets.UTF_8));
            producer.send(structured).get();
        }
    }
}
