using System.Text.Json;
using System.Text.RegularExpressions;
using Orchestrator.Hosting.Permissions;
using Orchestrator.Worker;

namespace Orchestrator.Tests.Unit.Hosting.Permissions;

public class The_definitions_for_the_broker
{
    static readonly string Folder = Path.Combine(Repository.Root, "deploy", "rabbitmq");

    static IReadOnlyDictionary<string, string> All => BrokerDefinitions.Of(WorkerRegistration.OrderSagas());

    static IEnumerable<string> Names => All.Keys;

    [TestCaseSource(nameof(Names))]
    public void Say_what_the_code_does(string name) => File.ReadAllText(Path.Combine(Folder, name)).ShouldBe(
        All[name],
        $"deploy/rabbitmq/{name} is stale; run: dotnet run --project src/Orchestrator.Local -- permissions --into deploy/rabbitmq");

    [TestCase("payment", "read", "payment-commands", true)]
    [TestCase("payment", "read", "payment-commands_redelivery-600000ms", true)]
    [TestCase("payment", "read", "inventory-commands", false)]
    [TestCase("payment", "read", "my-payment-commands", false)]
    [TestCase("payment", "write", "Orchestrator.Contracts.Payment:PaymentAuthorized", true)]
    [TestCase("payment", "write", "Orchestrator-Contracts.Payment:PaymentAuthorized", false)]
    [TestCase("payment", "write", "order-fulfilment", false)]
    [TestCase("payment", "write", "amq.default", false)]
    [TestCase("inventory", "read", "Orchestrator.Contracts.Orders:OrderFulfilled", true)]
    [TestCase("inventory", "write", "Orchestrator.Contracts.Orders:OrderFulfilled", false)]
    [TestCase("orchestrator", "write", "payment-commands", true)]
    [TestCase("orchestrator", "read", "payment-commands", false)]
    [TestCase("orchestrator", "read", "payment-commands_error", true)]
    [TestCase("submitter", "write", "Orchestrator.Contracts.Orders:OrderSubmitted", true)]
    [TestCase("submitter", "write", "order-fulfilment", false)]
    [TestCase("submitter", "read", "order-fulfilment-intake", false)]
    [TestCase("operator", "write", "orchestrator-commands", true)]
    [TestCase("operator", "read", "orchestrator-commands", false)]
    public void Let_a_user_do_what_it_needs_and_no_more(string user, string act, string name, bool may)
    {
        using var definitions = JsonDocument.Parse(All["definitions.json"]);
        var expression = definitions.RootElement.GetProperty("permissions").EnumerateArray()
            .Single(permission => permission.GetProperty("user").GetString() == user).GetProperty(act).GetString()!;
        (expression.Length > 0 && Regex.IsMatch(name, expression)).ShouldBe(may);
    }

    [Test]
    public void Hold_no_password() => All["definitions.json"].ShouldNotContain("password");
}
