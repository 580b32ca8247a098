using Orchestrator.Contracts;
using Orchestrator.Engine;
using Orchestrator.Hosting.Reconciliation;
using Orchestrator.Worker.Reconciliation;

namespace Orchestrator.Tests.Unit.Orchestrator.Worker;

/// <summary>The rules for the books about one order of 168.00 USD and twelve units.</summary>
public class The_books_of_an_order
{
    static readonly Guid Id = new("01900000-0000-7000-8000-000000000001");
    static readonly DateTimeOffset Now = new(2030, 1, 2, 0, 0, 0, TimeSpan.Zero);
    static readonly Money Amount = new(168, "USD");
    static readonly OrderReconciliation Orders = new();

    static readonly MoneyState Taken = new("USD", 16800, 16800, 0, 0), LetGo = new("USD", 16800, 0, 16800, 0),
    Held = new("USD", 16800, 0, 0, 16800);

    static IEnumerable<TestCaseData> Cases()
    {
        yield return Case(
            "fulfilled", Saga(Lifecycle.Completed), [Stock("Shipped"), Ledger(Taken), Gateway(Taken), Shipment("Dispatched")]);
        yield return Case(
            "cancelled", Saga(Lifecycle.Cancelled), [Stock("Released"), Ledger(LetGo), Gateway(LetGo), Shipment("Cancelled")]);
        yield return Case("refused at once", Saga(Lifecycle.Cancelled), [Stock("Refused")]);
        yield return Case("under way", Saga(Lifecycle.Running), [Stock("Reserved"), Ledger(Held), Shipment("Booked")]);
        yield return Case(
            "suspended, and the gateway knows nothing", Saga(Lifecycle.Suspended), [Ledger(Held)], ContradictionKind.GatewayDiffers);
        yield return Case(
            "ended just now", Saga(Lifecycle.Completed, ago: TimeSpan.FromSeconds(1)),
            [Stock("Reserved"), Ledger(Taken), Gateway(Taken), Shipment("Dispatched")]);
        yield return Case("nothing kept, no saga", null, [Stock("Refused"), Ledger(LetGo), Gateway(LetGo), Shipment("Cancelled")]);
        yield return Case(
            "left unpaid while under way", Saga(Lifecycle.Running), [Shipment("Dispatched")], ContradictionKind.ShippedWithoutPayment);
        yield return Case(
            "cancelled and gone", Saga(Lifecycle.Cancelled), [Stock("Shipped"), Shipment("Dispatched"), Ledger(Taken), Gateway(Taken)],
            ContradictionKind.CapturedThoughCancelled, ContradictionKind.StockDiffers, ContradictionKind.ShipmentThoughCancelled);
        yield return Case("fulfilled and still held", Saga(Lifecycle.Completed),
            [Stock("Shipped"), Ledger(new("USD", 33600, 16800, 0, 16800)), Gateway(new("USD", 33600, 16800, 0, 16800)),
                Shipment("Dispatched")], ContradictionKind.HeldAfterTheEnd);
        yield return Case("charged in another currency", Saga(Lifecycle.Completed),
            [Stock("Shipped"), Ledger(Taken with { Currency = "EUR" }), Gateway(Taken with { Currency = "EUR" }), Shipment("Dispatched")],
            ContradictionKind.FulfilledWithoutPayment);
    }

    [TestCaseSource(nameof(Cases))]
    public void Contradict_each_other(SagaBooks books, ContradictionKind[] found) =>
        Orders.Compare(books, Now - TimeSpan.FromMinutes(5)).Select(finding => finding.Kind)
            .ShouldBe(found.Select(kind => kind.ToString()), ignoreOrder: true);

    [TestCase(Lifecycle.Completed, "Reserved")]
    [TestCase(Lifecycle.Cancelled, "Reserved")]
    public void Can_be_mended_without_harm_where_it_only_has_to_be_said_again(Lifecycle state, string stock)
    {
        var money = state == Lifecycle.Completed ? Taken : LetGo;
        var books = new SagaBooks(
            Id, [.. Saga(state), Stock(stock), Ledger(money), Gateway(money),
                Shipment(state == Lifecycle.Completed ? "Dispatched" : "Cancelled")]);
        Orders.Compare(books, Now).ShouldHaveSingleItem().IsSafe.ShouldBeTrue();
    }

    // The texts are part of the identity of acknowledged differences.
    [Test]
    public void Are_told_in_words_that_stay_the_same()
    {
        var paidBack = new MoneyState("USD", 16800, 16800, 16800, 0);
        string[] found =
        [
            .. Found([.. Saga(Lifecycle.Cancelled), Stock("Shipped"), Shipment("Dispatched"), Ledger(Taken), Gateway(Taken)]),
            .. Found([.. Saga(Lifecycle.Cancelled), Stock("Reserved"), Shipment("Booked"), Ledger(Held), Gateway(Held)]),
            .. Found([.. Saga(Lifecycle.Completed), Stock("Reserved"), Shipment("Booked"), Ledger(Held)]),
            .. Found([.. Saga(Lifecycle.Completed), Stock("Released"), Ledger(Taken), Gateway(Taken)]),
            .. Found([.. Saga(Lifecycle.Suspended), Ledger(Taken), Ledger(Held with { Currency = "EUR" }), Gateway(Held with { Currency = "EUR" })]),
            .. Found([Stock("Reserved"), Ledger(Held), Shipment("Booked")]),
            .. Found([new DeadStartEntry(Id, "no such currency"), new DeadStartEntry(Id, "another reason")]),
            .. Found([.. Saga(Lifecycle.Running), Ledger(paidBack), Shipment("Dispatched")]),
            .. Found([.. Saga(Lifecycle.Running), Shipment("Dispatched")]),
        ];
        found.ShouldBe(
        [
            "168.00 USD were captured of a cancelled order",
            "12 units left for a cancelled order",
            "the shipment of a cancelled order left",
            "168.00 USD are held for a cancelled order",
            "12 units are reserved for a cancelled order",
            "a shipment is booked for a cancelled order",
            "our ledger has 168.00 USD authorised, 0.00 USD captured, 0.00 USD voided, 168.00 USD held; the gateway has nothing",
            "0.00 USD were captured of a fulfilled order of 168.00 USD",
            "168.00 USD are held for a fulfilled order",
            "12 units are reserved for a fulfilled order",
            "a fulfilled order was not dispatched (Booked)",
            "no stock left for a fulfilled order (Released)",
            "a fulfilled order was not dispatched (the shipping service does not know it)",
            "our ledger has 168.00 EUR authorised, 0.00 EUR captured, 0.00 EUR voided, 168.00 EUR held and 168.00 USD authorised, 168.00 "
            + "USD captured, 0.00 USD voided, 0.00 USD held; "
                + "the gateway has 168.00 EUR authorised, 0.00 EUR captured, 0.00 EUR voided, 168.00 EUR held",
            "no saga knows the order, and it has 12 units reserved, 168.00 USD authorised, 0.00 USD captured, 0.00 USD voided, 168.00 USD "
            + "held, a shipment that is booked",
            "its OrderSubmitted lies in the dead letters: another reason",
            "more was taken and given back than was held: 168.00 USD authorised, 168.00 USD captured, 168.00 USD voided, 0.00 USD held",
            "the shipment left and nothing was captured",
        ]);

        static IEnumerable<string> Found(LedgerEntry[] entries) =>
            Orders.Compare(new SagaBooks(Id, entries), Now).Select(finding => finding.Found);
    }

    static TestCaseData Case(string name, LedgerEntry[]? saga, LedgerEntry[] entries, params ContradictionKind[] found) =>
        new TestCaseData(new SagaBooks(Id, [.. saga ?? [], .. entries]), found).SetArgDisplayNames(name);

    static LedgerEntry[] Saga(Lifecycle state, TimeSpan? ago = null) =>
    [
        new SagaEntry(
            Id, "10248", state,
            state is Lifecycle.Completed or Lifecycle.Cancelled ? Now - (ago ?? TimeSpan.FromHours(1)) : null),
        new AmountEntry(Id, Amount),
    ];

    static StockEntry Stock(string status) => new(Id, status, 12);

    static ShipmentEntry Shipment(string status) => new(Id, status);

    static MoneyEntry Ledger(MoneyState money) => new(Id, money, IsGateway: false);

    static MoneyEntry Gateway(MoneyState money) => new(Id, money, IsGateway: true);
}
