using System.Globalization;
using Orchestrator.Contracts;
using Orchestrator.Simulation;
using Orchestrator.Simulation.Parties;
using Orchestrator.Simulation.Worlds;

namespace Orchestrator.Tests.Integration.Simulation.Library;

/// <summary>One registration is enough to simulate a saga that the engine does not know.</summary>
public class When_a_saga_joins_the_simulation
{
    const int Instances = 5;

    [Test]
    public void Nothing_is_wrong_with_one_that_keeps_the_rules()
    {
        var (exitCode, output) = Ended("--seeds", "1..30");
        output.TrimEnd().ShouldEndWith("violations=0");
        output.ShouldContain("seeds=30 orders=150 ");
        exitCode.ShouldBe(0);
    }

    // The runs must take all ways through the table. A run with refusals only would prove nothing.
    [Test]
    public void Its_instances_complete_and_are_cancelled()
    {
        var states = new HashSet<string>();
        var simulations = new Simulations().Add<LoanSaga, Loan>("loan", loan => Described(loan).Checks(store =>
        {
            states.UnionWith(store.ReadNow(sql => sql.Query("SELECT state FROM saga", row => row.GetString(0))));
            return [];
        }));
        Run.Of(1, simulations["loan"], Instances, defect: null).Violations.ShouldBeEmpty();
        states.ShouldBe(["Cancelled", "Completed"], ignoreOrder: true);
    }

    [TestCase(Defect.ForgetTheJournal, "its journal has")]
    [TestCase(Defect.AcknowledgeFirst, "was submitted and has no saga")]
    public void A_mistake_of_the_engine_is_found(string defect, string sentence) => Found(defect).ShouldContain(sentence);

    [Test]
    public void A_mistake_of_its_participant_is_found_by_its_own_check() =>
        Found(Shelf.KeepsTheBook).ShouldContain("a denied loan keeps its book");

    [Test]
    public void Its_description_must_say_what_starts_it() => Refused(_ => { })
        .ShouldBe("loan: there is no message that starts a saga; state it with StartedBy((id, number, dice) => …)");

    [Test]
    public void Its_start_must_be_one_that_it_accepts() => Refused(loan => loan.StartedBy((id, _, _) => new LoanRequested(id, "", "Emma")))
        .ShouldStartWith("loan: StartedBy gives a LoanRequested that the saga does not accept: reader");

    [Test]
    public void Its_start_must_be_its_own() => Refused(loan => loan.StartedBy((id, _, _) => new ReaderCame(id)))
        .ShouldBe("loan: StartedBy gives a ReaderCame, and the saga is started by LoanRequested");

    [Test]
    public void Each_of_its_commands_must_have_a_participant() =>
        Refused(loan => loan.StartedBy(Start).Participant(database => new Shelf(database), ShelfSchema.Migrate))
        .ShouldBe("loan: no participant handles StampCard, which goes to desk-commands; add its participant with Participant(…)");

    [Test]
    public void A_next_version_must_be_higher() => Refused(loan => Described(loan).Next<LoanSaga>())
        .ShouldBe("loan: each later version must have the same kind and a higher version; they are loan 1, loan 1");

    // Operators retry the letter until it is written, so no loan stays suspended for its refusal.
    [Test]
    public void A_step_that_is_refused_after_the_pivot_is_retried_until_it_is_done()
    {
        long retries = 0;
        var simulations = new Simulations().Add<LoanSaga, Loan>("loan", loan => Described(loan).Checks(store =>
        {
            retries += store.ReadNow(
                sql => sql.First("SELECT count(*) FROM journal WHERE message_type = 'RetryStep'", row => row.GetInt64(0)));
            return store.ReadNow(sql => sql.Query("SELECT business_key FROM saga WHERE state = 'Suspended'", row => row.GetString(0)));
        }));
        for (var seed = 1UL; seed <= 10; seed++)
            Run.Of(seed, simulations["loan"], Instances, defect: null).Violations.ShouldBeEmpty($"seed {seed}");
        retries.ShouldBeGreaterThan(5);
    }

    [Test]
    public void A_participant_that_refuses_every_retry_is_found()
    {
        var simulations = new Simulations().Add<LoanSaga, Loan>(
            "loan", loan => Described(loan).StartedBy((id, number, _) => new LoanRequested(id, $"GONE {number}", "Emma")));
        Run.Of(1, simulations["loan"], Instances, defect: null).Violations.ShouldContain("it did not come to its end");
    }

    static LoanRequested Start(Guid id, int number, Dice dice) => new(
        id, $"{(dice.Below(5) switch { 0 => "BANNED", 1 => "MOVED", _ => "Ada" })} {number}", dice.Below(5) == 0 ? "LOST" : "Emma");

    static SimulatedSaga<Loan> Described(SimulatedSaga<Loan> loan) => loan
        .StartedBy(Start)
        .Participant((database, defect) => new Shelf(database, defect.Is(Shelf.KeepsTheBook)), ShelfSchema.Migrate)
        .Participant("desk-commands", (desk, _) => desk
            .Answers<StampCard>(command => Task.FromResult<IStepMessage>(
                command.Reader.StartsWith("BANNED", StringComparison.Ordinal)
                    ? new CardRefused(command.SagaId, command.Epoch, "the reader is banned")
                    : new CardStamped(command.SagaId, command.Epoch)))
            // The new address is known under the second key, which is the first one that an operator makes.
            .Answers<WriteToReader>(command => Task.FromResult<IStepMessage>(
                command.Reader.StartsWith("GONE", StringComparison.Ordinal)
                    || (command.Reader.StartsWith("MOVED", StringComparison.Ordinal) && command.Epoch == 1)
                    ? new AddressUnknown(command.SagaId, command.Epoch, "the reader has moved")
                    : new ReaderWrittenTo(command.SagaId, command.Epoch))))
        .Outside<BookTaken, ReaderCame>(id => new ReaderCame(id), after: id => Dice.For(id).Within(TimeSpan.FromHours(1)))
        .Plants(Shelf.KeepsTheBook)
        .Checks(KeptBooks);

    static IEnumerable<string> KeptBooks(MemoryDatabase store) => store.ReadNow(sql => sql.Query(
        """
        SELECT 'a denied loan keeps its book: ' || s.business_key FROM saga s JOIN shelf b ON b.saga_id = s.id
        WHERE s.state = 'Cancelled' AND b.title IS NOT NULL
        """,
        row => row.GetString(0)));

    static string Found(string defect)
    {
        var (exitCode, output) = Ended("--seeds", "1..200", "--defect", defect);
        exitCode.ShouldBe(1, output);
        return output;
    }

    static string Refused(Action<SimulatedSaga<Loan>> describe) =>
        Should.Throw<SimulationException>(() => new Simulations().Add<LoanSaga, Loan>("loan", describe)).Message;

    static (int ExitCode, string Output) Ended(params string[] args)
    {
        using var output = new StringWriter(CultureInfo.InvariantCulture);
        var exitCode = SagaSimulation.Run(
            [.. args, "--instances", Instances.ToString(CultureInfo.InvariantCulture)],
            simulations => simulations.Add<LoanSaga, Loan>("loan", loan => Described(loan)), output, TextWriter.Null);
        return (exitCode, output.ToString());
    }
}
