using Orchestrator.Hosting.Settings;

namespace Orchestrator.Tests.Unit.Hosting.Settings;

public class Passwords_in_arguments
{
    [TestCase("Passwords__Postgres", "--ConnectionStrings:Postgres=Host=db;Username=payment;Password=hunter2")]
    [TestCase("Passwords__RabbitMQ", "--ConnectionStrings:RabbitMQ", "amqps://payment:hunter2@rabbit")]
    [TestCase("Passwords__Acquirer", "--Passwords:Acquirer=hunter2")]
    [TestCase(
        "Passwords__Postgres and Passwords__RabbitMQ", "--ConnectionStrings:RabbitMQ=amqp://payment:hunter2@rabbit",
        "--Passwords:Postgres=hunter2")]
    public void Are_warned_of_with_the_remedy_and_not_repeated(string settings, params string[] args)
    {
        var warning = PasswordsInArguments.Warning(args).ShouldNotBeNull();
        warning.ShouldContain($"set {settings} in the environment instead");
        warning.ShouldNotContain("hunter2");
        warning.ShouldNotContain("\n");
    }

    [TestCase("--ConnectionStrings:Postgres=Host=db;Username=payment")]
    [TestCase("--ConnectionStrings:RabbitMQ=amqp://payment@rabbit")]
    [TestCase("--ConnectionStrings:RabbitMQ=not an address")]
    [TestCase("--Broker:Prefetch=64")]
    public void Are_not_seen_where_there_are_none(params string[] args) => PasswordsInArguments.Warning(args).ShouldBeNull();
}
