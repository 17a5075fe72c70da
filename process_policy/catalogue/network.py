"""The network: protocols, services, databases, brokers, and models that answer over it."""

from process_policy.catalogue.topic import Topic, by_rule, names

_PROTOCOLS = """
    socket socketserver select selectors ssl http.client http.server smtplib ftplib imaplib poplib nntplib
    telnetlib xmlrpc asyncore asynchat smtpd urllib.request urllib.robotparser.RobotFileParser.read
    requests requests_html httpx aiohttp urllib3 httplib2 pycurl treq websockets websocket grpc
    grpc_requests
    wsgiref paramiko fabric asyncssh pysftp zmq dns ldap ldap3 scapy feedparser playwright selenium scrapy
    tornado.httpclient tornado.websocket niquests curl_cffi h2 socketio gql zeep suds
    asyncio.open_connection asyncio.start_server asyncio.open_unix_connection asyncio.start_unix_server
"""
_DATABASES = """
    sqlite3 aiosqlite psycopg psycopg2 psycopg_pool asyncpg pymysql MySQLdb mysql aiomysql asyncmy oracledb
    cx_Oracle pyodbc aioodbc pymssql duckdb pymongo motor mongoengine elasticsearch elasticsearch_dsl
    opensearchpy
    cassandra neo4j couchbase influxdb influxdb_client clickhouse_connect clickhouse_driver snowflake
    databricks redis aioredis rediscluster valkey glide memcache pymemcache aiomcache pylibmc etcd3 consul
    kazoo hvac leveldb plyvel lmdb tinydb pysolr meilisearch typesense pinecone weaviate qdrant_client
    chromadb pymilvus lancedb
    sqlalchemy.create_engine sqlalchemy.engine.create_engine sqlalchemy.create_async_engine
    sqlalchemy.create_pool_from_url sqlalchemy.ext.asyncio
    sqlalchemy.orm.Session sqlalchemy.orm.sessionmaker sqlalchemy.orm.scoped_session sqlmodel.Session
    sqlmodel.create_engine databases.Database peewee.SqliteDatabase peewee.PostgresqlDatabase
    peewee.MySQLDatabase tortoise.Tortoise django.db.connection django.db.connections django.db.transaction
    django.core.cache django.core.mail django.shortcuts.get_object_or_404 django.shortcuts.get_list_or_404
    pandas.read_sql pandas.read_sql_query pandas.read_sql_table pandas.read_gbq
"""
_BROKERS = """
    nats kafka aiokafka confluent_kafka faust pika aio_pika kombu celery rq dramatiq huey pulsar paho
    aiomqtt asyncio_mqtt stomp azure.servicebus azure.eventhub
"""
_SERVICES = """
    boto3 botocore aioboto3 aiobotocore google.cloud google.auth googleapiclient firebase_admin gspread
    azure.identity azure.storage azure.cosmos azure.keyvault msal minio s3fs gcsfs adlfs supabase kubernetes
    kubernetes_asyncio docker aiodocker twilio sendgrid slack_sdk slack_bolt telegram discord tweepy github
    gitlab jira notion_client plaid braintree paypalrestsdk mailchimp_marketing postmarker resend pusher
    algoliasearch
    geopy.geocoders yfinance wikipedia pyairtable hubspot simple_salesforce zenpy shopify
"""
_MODELS = """
    openai: OpenAI AsyncOpenAI AzureOpenAI AsyncAzureOpenAI Client AsyncClient chat completions embeddings
    openai: images audio files responses moderations fine_tuning batches beta models ChatCompletion
    openai: Completion Embedding
    anthropic: Anthropic AsyncAnthropic AnthropicBedrock AsyncAnthropicBedrock AnthropicVertex Client
    anthropic: AsyncAnthropicVertex AsyncClient
    cohere: Client ClientV2 AsyncClient AsyncClientV2
    mistralai: Mistral
    mistralai.client: MistralClient
    groq: Groq AsyncGroq
    together: Together AsyncTogether
    ollama: chat generate embed embeddings Client AsyncClient
    replicate: run async_run Client
    litellm: completion acompletion embedding aembedding image_generation
    google.generativeai: GenerativeModel configure embed_content
    huggingface_hub: InferenceClient AsyncInferenceClient hf_hub_download snapshot_download
    transformers: pipeline
    stripe: Customer Charge PaymentIntent Refund Invoice Subscription Checkout StripeClient checkout
"""

NETWORK = Topic(
    libraries={
        **by_rule(DET007="\n".join([_PROTOCOLS, _DATABASES, _BROKERS, _SERVICES, _MODELS])),
        **by_rule(DET012="temporalio: client service worker testing envconfig"),
    },
    references=by_rule(DET007="socket: create_connection getaddrinfo\nhttp.client: HTTPConnection.request"),
    harmless=frozenset(
        names("""
            socket: htonl htons ntohl ntohs inet_aton inet_ntoa inet_pton inet_ntop AddressFamily SocketKind
            aiohttp: ClientTimeout FormData BasicAuth hdrs
            httpx: Headers QueryParams Timeout URL Limits Request Response BasicAuth codes
            requests: Request Response utils codes structures status_codes
            requests.auth: HTTPBasicAuth
            urllib.request: quote unquote pathname2url url2pathname Request parse_http_list parse_keqv_list
            urllib3: util Timeout Retry
            http.client: responses HTTPMessage
            grpc: StatusCode Compression
            redis: retry backoff
            kafka: TopicPartition
            confluent_kafka: TopicPartition
            pymongo: UpdateOne UpdateMany InsertOne DeleteOne DeleteMany ReplaceOne IndexModel
            psycopg: sql rows
            psycopg2: sql extras.Json
            asyncpg: Record
            botocore.config: Config
            boto3.dynamodb: conditions types
            nats.js: api
            telegram: ParseMode
            discord: Embed Color
            google.cloud.exceptions: NotFound
            dns: name
            ssl: TLSVersion
            neo4j: time
            temporalio.client: WorkflowExecutionStatus WorkflowQueryRejectCondition
            temporalio.worker: WorkflowInboundInterceptor WorkflowOutboundInterceptor Interceptor
            temporalio.worker: StartActivityInput StartLocalActivityInput StartChildWorkflowInput
            temporalio.worker: ContinueAsNewInput HandleSignalInput HandleQueryInput HandleUpdateInput
            temporalio.worker: ExecuteWorkflowInput SignalChildWorkflowInput SignalExternalWorkflowInput
            temporalio.worker: StartNexusOperationInput
        """)
    ),
)
