using Orchestrator.Hosting.Health;

namespace Orchestrator.Tests.Unit.Hosting.Health;

public class The_command_health
{
    [TestCase(null, null, "http://localhost:8082/")]
    [TestCase(null, "8080", "http://localhost:8080/")]
    [TestCase(null, "81;82", "http://localhost:81/")]
    [TestCase("http://127.0.0.1:7000", "8080", "http://127.0.0.1:7000/")]
    [TestCase("http://*:7000;http://*:7001", null, "http://localhost:7000/")]
    [TestCase("http://+:7000", null, "http://localhost:7000/")]
    [TestCase("http://0.0.0.0:7000", null, "http://localhost:7000/")]
    [TestCase("http://[::]:7000", null, "http://localhost:7000/")]
    public void Asks_where_the_host_beside_it_listens(string? urls, string? ports, string address) => HealthCommand.Address(
        name => name switch { "ASPNETCORE_URLS" => urls, "ASPNETCORE_HTTP_PORTS" => ports, _ => null }, 8082).ToString().ShouldBe(address);
}
