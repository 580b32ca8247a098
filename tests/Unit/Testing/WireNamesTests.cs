using Orchestrator.Testing;
using Orchestrator.Tests.Unit.Participants;
using Orchestrator.Tests.Unit.Sagas;

namespace Orchestrator.Tests.Unit.Testing;

/// <summary>A changed name is reported, with its effect on messages and sagas that are under way.</summary>
public class Names_that_are_frozen
{
    string _file = null!;

    static WireNames Names =>
        WireNames.Of().Saga<TripSaga, Trip>().Participant(database => new Participants.Airline(database)).Tables(AirlineSchema.Migrate);

    [SetUp]
    public void Create() => _file = Path.Combine(Directory.CreateTempSubdirectory("orchestrator-test-").FullName, "names.txt");

    [TearDown]
    public void Delete() => Directory.Delete(Path.GetDirectoryName(_file)!, recursive: true);

    [Test]
    public void Are_those_of_a_saga_its_queues_and_the_tables_of_its_participants()
    {
        var lines = Names.ToString().Split('\n');
        string[] some =
        [
            "queue airline-commands", "queue airline-events subscribes to Orchestrator.Tests.Unit.Participants:PassengerBoarded",
            "queue trip", "queue trip-intake", "queue trip-deadlines", "saga trip version 1", "  state Running: ChargeCard",
            "  data seat: String?", "  view trip", "  column traveller: traveller", "table seat", "  number: text", "table seat_act",
        ];
        some.ShouldBeSubsetOf(lines);
        lines.ShouldContain(line => line.StartsWith("  table 1 ReserveSeat: Compensatable, command urn:", StringComparison.Ordinal));
        lines.ShouldNotContain(line => line.StartsWith("  data steps", StringComparison.Ordinal), "the engine's own");
    }

    [Test]
    public void Are_accepted_once_and_compared_from_then_on()
    {
        Differs().ShouldContain("+ queue trip\n");
        Should.Throw<WireNamesException>(() => Names.AreFrozen(_file, accept: true)).Message.ShouldContain($"{_file} was written");
        Should.NotThrow(() => Names.AreFrozen(_file));
    }

    [TestCase("queue trip\n", "queue tour\n", "- queue tour\n    (messages that wait in the queue are not received")]
    [TestCase("queue trip\n", "", "+ queue trip\n    (where the broker restricts names, it must permit")]
    [TestCase("  state Cancelled\n", "  state Called off\n", "- saga trip: state Called off\n    (sagas may be in this state")]
    [TestCase(
        "  data seat: String?\n", "  data chair: String?\n", "- saga trip: data chair: String?\n    (stored sagas have the value")]
    [TestCase("  number: text\n", "  nr: text\n", "+ table seat: number: text\n    (an older version writes rows without the column")]
    public void Name_each_line_that_differs_and_what_it_means(string now, string before, string told)
    {
        File.WriteAllText(_file, Names.ToString().Replace(now, before, StringComparison.Ordinal));
        var message = Differs();
        message.ShouldContain(told);
        message.ShouldContain($"Run this test once with {WireNames.Accept}=1");
    }

    [Test]
    public void Tell_of_a_field_that_messages_under_way_still_have()
    {
        File.WriteAllText(_file, "urn:message:Shop:Bought version 1\n  price: Decimal\n");
        Differs()
            .ShouldContain("- urn:message:Shop:Bought: price: Decimal\n    (messages on their way, and older versions, still have");
    }

    string Differs() => Should.Throw<WireNamesException>(() => Names.AreFrozen(_file)).Message;
}
