using Orchestrator.Hosting.Settings;

namespace Orchestrator.Tests.Unit.Hosting.Settings;

public class The_arguments_of_a_host
{
    [TestCase("")]
    [TestCase("--Broker:Prefetch=64")]
    [TestCase("--OTEL_SERVICE_NAME=shop --OTEL_TRACES_SAMPLER always_off")]
    [TestCase("--Broker:Prefetch 64 --urls=http://*:1")]
    public void Are_settings(string line) => HostArguments.Unknown(Split(line)).ShouldBeNull();

    [TestCase("recncile", "recncile")]
    [TestCase("--Broker:Prefetch=64 redrive", "redrive")]
    [TestCase("--help", "--help")]
    [TestCase("-h", "-h")]
    [TestCase("--Broker:Prefetch", "--Broker:Prefetch")]
    [TestCase("--queue payment-commands --by ada", "--queue")]
    [TestCase("ConnectionStrings:Postgres=Password=secret", "ConnectionStrings:Postgres")]
    public void Are_no_commands_that_nobody_knows(string line, string unknown) => HostArguments.Unknown(Split(line)).ShouldBe(unknown);

    static string[] Split(string line) => line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
