namespace Orchestrator.Hosting.Settings;

/// <summary>The settings of every host.</summary>
public static class CommonSettings
{
    /// <summary>The party's database.</summary>
    public static readonly Setting Postgres = new(
        "ConnectionStrings:Postgres", "none; needed",
        "The party's database. Its tables are in the schema with the party's name (`orchestrator` for sagas) "
        + "unless `Search Path` names another. A host opens up to eight connections unless `Maximum Pool Size` says "
        + "otherwise. With a standby, `Host=a,b;Target Session Attributes=primary;…` finds the server that takes writes");

    /// <summary>The broker.</summary>
    public static readonly Setting RabbitMq = new(
        "ConnectionStrings:RabbitMQ", "none; needed",
        "The broker: `amqp://user:password@host:5672/virtual-host`. `amqps` means TLS, on port 5671 unless the address names "
        + "another. A cluster needs one address for all nodes");

    /// <summary>The password of <see cref="Postgres"/>.</summary>
    public static readonly Setting PostgresPassword = new(
        "Passwords:Postgres", "the one in the connection string",
        "The password of `ConnectionStrings__Postgres`, so that it can be in its own file. Each `Passwords__…` belongs to the "
        + "connection string of the same name");

    /// <summary>The password of <see cref="RabbitMq"/>.</summary>
    public static readonly Setting RabbitMqPassword = new(
        "Passwords:RabbitMQ", "the one in the address", "The password of `ConnectionStrings__RabbitMQ`");

    /// <summary>The folder of the secrets.</summary>
    public static readonly Setting SecretsFolder = new(
        "Secrets:Folder", "`/run/secrets`, if it exists",
        "A folder with a file for each secret setting. The name of a file is the name of the setting, such as "
        + "`Passwords__Postgres`. The files override environment variables and arguments");

    /// <summary>The trusted certificate authorities.</summary>
    public static readonly Setting Authorities = new(
        "Tls:Authorities", "the authorities that the system trusts",
        "A file with the certificates (PEM) of the authorities that have signed the certificates of RabbitMQ (with `amqps`) and "
        + "of PostgreSQL. Connections to PostgreSQL then use TLS (`SSL Mode=VerifyFull`) unless the connection string says "
        + "otherwise");

    /// <summary>How many messages are taken at once.</summary>
    public static readonly Setting Prefetch = new(
        "Broker:Prefetch", "256",
        "How many messages a host takes at once from each queue; 1 to 65,535. For messages that start sagas it is a quarter of "
        + "this number, but at least 16");

    /// <summary>When a failed message comes again.</summary>
    public static readonly Setting Redelivery = new(
        "Broker:Redelivery:0", "`00:00:10`, `00:01:00`, `00:10:00`",
        "How long a message that failed waits before each further try, up to a day; `__1`, `__2` and so on are the next waits. "
        + "Other waits create other queues, so all hosts and the permissions at the broker must agree on them");

    /// <summary>When a host ends that does not get its consumers back.</summary>
    public static readonly Setting LongestWithoutConsumer = new(
        "Broker:LongestWithoutConsumer", "`00:05:00`",
        "How long a queue may be without a consumer of this host while the broker can be reached. Then the host ends with exit "
        + "code 1, so that its platform starts it again. From ten seconds to a day");

    /// <summary>The address of the health checks.</summary>
    public static readonly Setting Urls = new(
        "ASPNETCORE_URLS", "`http://localhost:8080` to `:8083`; in the images `http://*:8080`", "The address of the health checks");

    /// <summary>How much is logged.</summary>
    public static readonly Setting LogLevel = new(
        "Logging:LogLevel:Default", "`Information`",
        "How much is logged. `Logging__LogLevel__Orchestrator.Journal` at `Information` logs a line for each decision of a "
        + "saga. OpenTelemetry's variables are in [telemetry](operating.md#telemetry)");

    /// <summary>All settings of every host.</summary>
    public static IReadOnlyList<Setting> All { get; } =
        [Postgres, RabbitMq, PostgresPassword, RabbitMqPassword, SecretsFolder, Authorities, Prefetch, Redelivery, LongestWithoutConsumer,
            Urls, LogLevel];
}
