using Microsoft.Extensions.Configuration;
using Orchestrator.Hosting.Settings;

namespace Orchestrator.Tests.Unit.Hosting.Settings;

public class The_settings_of_a_host
{
    const string Postgres = "ConnectionStrings:Postgres", RabbitMq = "ConnectionStrings:RabbitMQ";

    [Test]
    public void Are_read()
    {
        var settings = Read((Postgres, "Host=db;Username=payment"), (RabbitMq, "amqp://rabbit"), ("BROKER:PREFETCH", "7"),
            ("Broker:Redelivery:0", "00:00:01"), ("Broker:Redelivery:1", "00:01:00"), ("Broker:LongestWithoutConsumer", "00:01:00"));
        settings.Postgres.ShouldBe("Host=db;Username=payment");
        settings.Broker.Prefetch.ShouldBe(7);
        settings.Broker.IntakeAtOnce.ShouldBe(7);
        settings.Broker.LongestWithoutConsumer.ShouldBe(TimeSpan.FromMinutes(1));
        settings.Broker.Redelivery.ShouldBe([TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1)]);
    }

    [Test]
    public void Have_defaults_where_one_can_be_good() =>
        Read((Postgres, "Host=db"), (RabbitMq, "amqp://rabbit")).Broker.Redelivery.Count.ShouldBe(3);

    [Test]
    public void Name_everything_that_is_missing_at_once_and_what_to_do() => Should.Throw<SettingsException>(() => Read()).Message.ShouldBe(
        "ConnectionStrings:Postgres is missing; set the environment variable ConnectionStrings__Postgres, for example to "
        + "'Host=localhost;Database=orchestrator;Username=payment;Password=…'.\n"
        + "ConnectionStrings:RabbitMQ is missing; set the environment variable ConnectionStrings__RabbitMQ, for example to "
        + "'amqp://user:password@host:5672/virtual-host'.");

    [TestCase("Server", "can't be understood")]
    [TestCase("Hots=db", "can't be understood (Couldn't set hots")]
    [TestCase("Username=payment", "names no Host")]
    public void Refuse_a_connection_string_that_is_none(string postgres, string problem) =>
        Problem((Postgres, postgres), (RabbitMq, "amqp://rabbit")).ShouldStartWith($"ConnectionStrings:Postgres {problem}");

    [TestCase(
        "Broker:Prefech", "7",
        "Broker:Prefech is no setting; there are Broker:Prefetch, Broker:Redelivery and Broker:LongestWithoutConsumer.")]
    [TestCase(
        "Passwords:Postgress", "secret",
        "Passwords:Postgress is the password of a connection string that is not set; set ConnectionStrings:Postgress, or take its "
        + "password away.")]
    [TestCase(
        "Logging:LogLevel:Default", "Loud",
        "Logging:LogLevel:Default is 'Loud'; it is one of Trace, Debug, Information, Warning, Error, Critical, None.")]
    public void Refuse_what_nobody_understands(string key, string value, string problem) =>
        Problem((Postgres, "Host=db"), (RabbitMq, "amqp://rabbit"), (key, value)).ShouldBe(problem);

    [Test]
    public void Refuse_an_address_of_something_else() => Problem((Postgres, "Host=db"), (RabbitMq, "http://rabbit")).ShouldBe(
        "ConnectionStrings:RabbitMQ is no broker's address; it is written like 'amqp://user:password@host:5672/virtual-host', with amqps "
        + "for TLS.");

    [TestCase("0")]
    [TestCase("many")]
    [TestCase("65536")]
    public void Refuse_a_prefetch_that_is_none(string prefetch) =>
        Problem((Postgres, "Host=db"), (RabbitMq, "amqp://rabbit"), ("Broker:Prefetch", prefetch))
            .ShouldBe($"Broker:Prefetch is '{prefetch}'; it is a number of messages from 1 to 65535.");

    [TestCase("soon")]
    [TestCase("-00:00:01")]
    [TestCase("2.00:00:00")]
    public void Refuse_a_wait_that_is_none(string wait) =>
        Problem((Postgres, "Host=db"), (RabbitMq, "amqp://rabbit"), ("Broker:Redelivery:0", wait))
            .ShouldBe($"Broker:Redelivery:0 is '{wait}'; it is a time up to a day, written like '00:00:10'.");

    [TestCase("never")]
    [TestCase("00:00:09")]
    [TestCase("1.00:00:01")]
    public void Refuse_an_absence_that_is_none(string longest) =>
        Problem((Postgres, "Host=db"), (RabbitMq, "amqp://rabbit"), ("Broker:LongestWithoutConsumer", longest))
            .ShouldBe($"Broker:LongestWithoutConsumer is '{longest}'; it is a time from ten seconds to a day, written like '00:05:00'.");

    static string Problem(params (string Key, string Value)[] settings) => Should.Throw<SettingsException>(() => Read(settings)).Message;

    static HostSettings Read(params (string Key, string Value)[] settings) => HostSettings.Read(
        new ConfigurationBuilder()
        .AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Value))).Build(),
        "payment");
}
