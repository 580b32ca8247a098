using System.Diagnostics;
using System.Globalization;
using Orchestrator.Simulation;
using Orchestrator.Simulation.Parties;
using Orchestrator.Tests.Simulation;
using Orchestrator.Tests.Simulation.Orders;

namespace Orchestrator.Tests.Integration.Simulation;

/// <summary>
/// Sagas under simulated faults. For a run of many seeds use <c>dotnet run --project tests/Simulation</c>.
/// </summary>
[Parallelizable(ParallelScope.All)]
public class The_simulation
{
    const int Orders = 20;

    // Seeds that found a mistake that most seeds do not find. They come first, so that the tests find it at once.
    static readonly Dictionary<string, int> Shows = new()
    {
        [Defect.AcknowledgeFirst] = 2,
        [OrderDefects.BelieveTheAmount] = 51,
        [Defect.CancelAfterThePivot] = 21,
        [Defect.CarryOutAHoldAgain] = 10,
        [Defect.CompareTheWholeMessage] = 4,
        [Defect.CountADeferralAsAnAttempt] = 7,
        [Defect.ForgetThatADeferredMessageComesAgain] = 21,
        [OrderDefects.ForgetTheCancelledShipment] = 52,
        [Defect.ForgetTheMessagesOfAFrozenProcess] = 4,
        [Defect.ForgetTheUndosOfASilentStep] = 3,
        [Defect.ForgetToAwaitALateUndo] = 53,
        [Defect.ForgetToPublishAgain] = 11,
        [Defect.ForgetWhatCameInstead] = 26,
        [Defect.GiveUpOnARefusedLogin] = 3,
        [Defect.GiveUpWhileTheBrokerIsAlarmed] = 76,
        [Defect.HoldTheSlotWhileAQueueIsFull] = 3,
        [OrderDefects.IgnoreTombstones] = 3,
        [Defect.LeaseWithoutGrowth] = 277,
        [Defect.LetTheLimitRunWhileHeld] = 186,
        [Defect.OverflowThePause] = 566,
        [Defect.PublishBeforeTheCommit] = 3,
        [Defect.PublishIntoALostBinding] = 33,
        [Defect.ReleaseTheOperatorsHold] = 33,
        [Defect.ResetTheAttempts] = 7,
        [Defect.ResumeWithoutANewLimit] = 24,
        [Defect.SetAsideUnknownTypes] = 14,
        [Defect.SkipTheVersionGuard] = 2,
        [Defect.StayDeafAfterADoubleOutage] = 3,
        [Defect.StrandRegroupedSagas] = 272,
        [Defect.SuspendWithoutAReason] = 15,
        [Defect.TakeDoneForUndone] = 17,
        [Defect.TakeOverARemovedStep] = 31,
        [Defect.TryASilentStepOnce] = 3,
        [Defect.WaitForTheLockedRow] = 15,
    };

    // Sagas that have features which the order saga does not have.
    static readonly Dictionary<string, string> ShownBy = new() { [Defect.SetAsideAnEarlyEvent] = "ride" };

    static IEnumerable<string> Defects => SimulatedSagas.All.Defects;

    static IEnumerable<string> Sagas => SimulatedSagas.All.Names;

    [TestCase("order", 60ul)]
    [TestCase("ride", 60ul)]
    [TestCase("order", 600ul, Category = "Long")]
    [TestCase("ride", 300ul, Category = "Long")]
    public void Finds_nothing_wrong(string saga, ulong seeds)
    {
        using var output = new StringWriter(CultureInfo.InvariantCulture);
        Report.RunAll(1, seeds, SimulatedSagas.All[saga], Orders, null, output, TextWriter.Null).ShouldBe(0, output.ToString());
        output.ToString().TrimEnd().ShouldEndWith("violations=0");
    }

    [Test]
    public void Waits_as_long_as_the_limits_of_a_table_allow() =>
        Run.Of(1, world => new PatientScenario(world), instances: 3, defect: null).Violations.ShouldBeEmpty();

    [TestCaseSource(nameof(Defects))]
    public void Finds_a_deliberate_mistake(string defect)
    {
        var found = FirstToShow(defect);
        TestContext.Out.WriteLine($"seed {found.Seed}: {found.Violations.Count} violations, such as {found.Violations[0].Split('\n')[0]}");
    }

    [Test]
    public void Needs_few_faults_to_show_a_mistake()
    {
        var run = FirstToShow(Defect.ForgetToPublishAgain);
        var small = Run.Shrink(run, SimulatedSagas.All["order"], Orders, Defect.ForgetToPublishAgain);
        small.Violations.ShouldNotBeEmpty();
        small.Faults.Count.ShouldBeLessThan(run.Faults.Count / 2);
    }

    [TestCaseSource(nameof(Sagas))]
    public async Task Is_the_same_for_the_same_seed_byte_for_byte(string saga)
    {
        var first = await Replay(saga);
        first.ShouldContain("seeds=1 orders=20");
        (await Replay(saga)).ShouldBe(first);
    }

    [TestCase("--seeds", "9..1", "--seeds 9..1: two whole numbers with two dots between, the first not above the second, such as 1..1000")]
    [TestCase("--orders", "0", "--orders: from 1 to 10000")]
    [TestCase("--seed", "x", "--seed x: a whole number, such as 42")]
    [TestCase("--saga", "nope", "'nope'")]
    public async Task Refuses_what_it_cannot_run(string option, string value, string sentence)
    {
        var (exitCode, _, error) = await Ended(option, value);
        exitCode.ShouldBe(2, "1 would say that something was violated");
        error.ShouldContain(sentence);
    }

    // The run of the first seed that finds the mistake. It is not reduced: that would take most of the time of the tests.
    static Run FirstToShow(string defect)
    {
        var saga = SimulatedSagas.All[ShownBy.GetValueOrDefault(defect, "order")];
        var found = Enumerable.Range(1, 2000).Prepend(Shows.GetValueOrDefault(defect, 1))
            .Select(seed => Run.Of((ulong)seed, saga, Orders, defect))
            .FirstOrDefault(run => run.Violations.Count > 0);
        return found.ShouldNotBeNull($"no seed up to 2000 shows '{defect}'");
    }

    // Each run has its own process, since hash codes and addresses differ between processes.
    static async Task<string> Replay(string saga)
    {
        var (exitCode, output, error) = await Ended("--seed", "18446744073709551615", "--saga", saga);
        exitCode.ShouldBe(0, error);
        return output;
    }

    static async Task<(int ExitCode, string Output, string Error)> Ended(params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("dotnet", [typeof(SimulatedSagas).Assembly.Location, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return (process.ExitCode, await output, await error);
    }
}
