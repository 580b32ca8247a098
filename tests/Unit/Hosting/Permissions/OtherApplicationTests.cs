using System.Text.Json;
using System.Text.RegularExpressions;
using Orchestrator.Contracts.Rides;
using Orchestrator.Hosting;
using Orchestrator.Hosting.Permissions;
using Orchestrator.Samples.RideBooking;

namespace Orchestrator.Tests.Unit.Hosting.Permissions;

/// <summary>The definitions for the broker are made from the tables of any saga.</summary>
public class The_definitions_of_another_application
{
    static readonly JsonElement Definitions = Make();

    [TestCase("orchestrator", "write", RideQueues.Drivers, true)]
    [TestCase("orchestrator", "read", RideQueues.Drivers, false)]
    [TestCase("orchestrator", "read", "ride-booking-intake", true)]
    [TestCase("drivers", "read", RideQueues.Drivers, true)]
    [TestCase("drivers", "read", RideQueues.DriverEvents, true)]
    [TestCase("drivers", "read", "Orchestrator.Contracts.Rides:RideEnded", true)]
    [TestCase("drivers", "write", "Orchestrator.Contracts.Rides:RideEnded", false)]
    [TestCase("drivers", "read", RideQueues.Fares, false)]
    [TestCase("submitter", "write", "Orchestrator.Contracts.Rides:RideRequested", true)]
    [TestCase("submitter", "write", "Orchestrator.Contracts.Rides:RideEnded", true)]
    [TestCase("submitter", "write", "Orchestrator.Contracts.Rides:DriverAssigned", false)]
    [TestCase("operator", "write", "orchestrator-commands", true)]
    public void Let_a_user_do_what_it_needs_and_no_more(string user, string act, string name, bool may)
    {
        var expression = Definitions.GetProperty("permissions").EnumerateArray()
            .Single(permission => permission.GetProperty("user").GetString() == user).GetProperty(act).GetString()!;
        (expression.Length > 0 && Regex.IsMatch(name, expression)).ShouldBe(may);
    }

    [Test]
    public void Let_a_participant_publish_each_answer_that_the_saga_takes_from_it()
    {
        var sagas = new SagaParty();
        sagas.AddRideSagas();
        var kind = sagas.Kinds()[0];
        foreach (var queue in kind.SendsTo)
        {
            var user = queue.Replace("-commands", "", StringComparison.Ordinal);
            foreach (var answer in kind.AnswersOf(queue))
                Let_a_user_do_what_it_needs_and_no_more(user, "write", $"{answer.Namespace}:{answer.Name}", true);
        }

        kind.SendsTo.SelectMany(kind.AnswersOf).ShouldNotBeEmpty();
    }

    static JsonElement Make()
    {
        var sagas = new SagaParty();
        sagas.AddRideSagas();
        return JsonDocument.Parse(BrokerDefinitions.Of(sagas)["definitions.json"]).RootElement;
    }
}
