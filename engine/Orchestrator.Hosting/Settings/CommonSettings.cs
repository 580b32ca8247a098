namespace Orchestrator.Hosting.Settings;

/// <summary>The settings of every host.</summary>
public static class CommonSettings
{
    /// <summary>The party's database.</summary>
    public static readonly Setting Postgres = new("ConnectionStrings:Postgres", "none; needed",
        "The party's database. Its tables lie in the schema of its name (`orchestrator`, `inventory`, `payment`, `shipping`) unless "
        + "`Search Path` says otherwise; eight connections unless `Maximum Pool Size` does. With a standby, `Host=a,b;Target Session "
        + "Attributes=primary;…` finds whichever takes writes");

    /// <summary>The broker.</summary>
    public static readonly Setting RabbitMq = new("ConnectionStrings:RabbitMQ", "none; needed",
        "The broker: `amqp://user:password@host:5672/virtual-host`; `amqps` for TLS, on port 5671 unless it names another. A cluster "
        + "wants one address for all nodes");

    /// <summary>The password of <see cref="Postgres"/>.</summary>
    public static readonly Setting PostgresPassword = new("Passwords:Postgres", "that of the connection string",
        "The password of `ConnectionStrings__Postgres`, in a file of its own: a `Passwords__…` belongs to the connection string of its "
        + "name");

    /// <summary>The password of <see cref="RabbitMq"/>.</summary>
    public static readonly Setting RabbitMqPassword = new(
        "Passwords:RabbitMQ", "that of the address", "The password of `ConnectionStrings__RabbitMQ`");

    /// <summary>Where secrets are.</summary>
    public static readonly Setting SecretsFolder = new("Secrets:Folder", "`/run/secrets`, if there is such a folder",
        "A folder with a file for each setting that must not be seen; a file's name is the setting's, such as `Passwords__Postgres`. They "
        + "win over environment variables and arguments");

    /// <summary>Whose certificates are believed.</summary>
    public static readonly Setting Authorities = new("Tls:Authorities", "those that the system trusts",
        "A file of certificates (PEM): who has signed those of RabbitMQ (with `amqps`) and of PostgreSQL, to which connections are then "
        + "by TLS (`SSL Mode=VerifyFull`) unless the connection string says otherwise");

    /// <summary>How many messages are taken at once.</summary>
    public static readonly Setting Prefetch = new(
        "Broker:Prefetch", "256",
        "Messages that a host takes at once from each queue; of those that begin a saga a quarter, at least 16; 1 to 65,535");

    /// <summary>When a failed message comes again.</summary>
    public static readonly Setting Redelivery = new("Broker:Redelivery:0", "`00:00:10`, `00:01:00`, `00:10:00`",
        "With `__1`, `__2` and so on: how long a message that failed waits before each further try; up to a day. Other waits make other "
        + "queues, which all hosts must agree on with the permissions at the broker");

    /// <summary>When a host that does not get its consumers back ends.</summary>
    public static readonly Setting LongestWithoutConsumer = new("Broker:LongestWithoutConsumer", "`00:05:00`",
        "How long a queue may be without a consumer of this host while the broker can be reached; then the host ends with exit code 1, so "
        + "that its platform starts it again. From ten seconds to a day");

    /// <summary>Where health is asked for.</summary>
    public static readonly Setting Urls = new(
        "ASPNETCORE_URLS", "`http://localhost:8080` to `:8083`; in the images `http://*:8080`", "Where health is asked for");

    /// <summary>How much is logged.</summary>
    public static readonly Setting LogLevel = new("Logging:LogLevel:Default", "`Information`",
        "How much is logged; the line for each decision of a saga is `Logging__LogLevel__Orchestrator.Journal` at `Information`. "
        + "OpenTelemetry's variables are in [telemetry](operating.md#telemetry)");

    /// <summary>All of them.</summary>
    public static IReadOnlyList<Setting> All { get; } =
        [Postgres, RabbitMq, PostgresPassword, RabbitMqPassword, SecretsFolder, Authorities, Prefetch, Redelivery, LongestWithoutConsumer,
            Urls, LogLevel];
}
