using Orchestrator.Tests.Benchmarks.Runs;

namespace Orchestrator.Tests.Benchmarks;

/// <summary>The size of all runs.</summary>
/// <param name="Name">The name of the plan.</param>
/// <param name="WarmUp">The number of orders that warm each side up. They are not measured.</param>
/// <param name="Orders">The number of orders of a run.</param>
/// <param name="Rounds">The number of rounds, in which both sides run in turn.</param>
/// <param name="IdleOrders">The number of orders that run one after the other.</param>
/// <param name="EmbeddedOrders">The number of orders of the embedded run.</param>
/// <param name="OpenSagas">The number of sagas that are in the product's tables before, each with three journal rows.</param>
/// <param name="Export">The interval at which hosts export their metrics.</param>
/// <param name="Long">The sizes of the long runs.</param>
/// <param name="Parts">The parts to run, by the names in <see cref="All"/>.</param>
sealed record Plan(
    string Name, int WarmUp, int Orders, int Rounds, int IdleOrders, int EmbeddedOrders, int OpenSagas, TimeSpan Export, LongPlan Long,
    IReadOnlyCollection<string> Parts)
{
    // The default interval at which the gauges are read. Hosts export more often than by default, but that adds no relevant cost.
    static readonly TimeSpan Seldom = TimeSpan.FromSeconds(15);

    /// <summary>The product against the floor: one order at a time, and many at once.</summary>
    public const string Floor = "floor";

    /// <summary>The same with very many orders, and at half load.</summary>
    public const string Many = "many";

    /// <summary>One process on SQLite.</summary>
    public const string Embedded = "embedded";

    /// <summary>All parts that a plan can have.</summary>
    public static IReadOnlyList<string> All { get; } = [Floor, Many, .. LongRuns.Names, Embedded];

    /// <summary>Everything: under an hour.</summary>
    public static Plan Full { get; } = new(
        "full", 3_000, 10_000, 5, 500, 10_000, 0, Seldom,
        new LongPlan(100_000, 3, TimeSpan.FromSeconds(30), 1_000_000, 10_000_000, 3, 10_000, 3_000, 100_000, 1_000), All);

    /// <summary>The part that checks a change of the code: under three minutes.</summary>
    public static Plan Quick { get; } =
        Full with { Name = "quick", WarmUp = 2_000, Rounds = 1, IdleOrders = 200, EmbeddedOrders = 5_000, Parts = [Floor, Embedded] };

    /// <summary>A check that everything works.</summary>
    public static Plan Smoke { get; } = new(
        "smoke", 20, 60, 1, 10, 50, 50_000, TimeSpan.FromSeconds(1),
        new LongPlan(100, 1, TimeSpan.FromSeconds(1), 1_000, 3_000, 1, 50, 50, 1_000, 10), [Floor, Embedded]);
}

/// <summary>The sizes of the long runs.</summary>
/// <param name="Orders">The number of orders of a long run.</param>
/// <param name="Rounds">The number of rounds, in which both sides run in turn.</param>
/// <param name="HalfLoad">How long orders come at half of the possible rate.</param>
/// <param name="OpenSagas">The number of sagas that are under way before.</param>
/// <param name="JournalRows">The number of rows that are in the journal before.</param>
/// <param name="FilledRounds">The number of rounds in which full and empty tables are compared.</param>
/// <param name="HotMessages">The number of messages to one saga.</param>
/// <param name="ReplicaOrders">The number of orders of the comparison of one worker with two that take few messages at once.</param>
/// <param name="Deadlines">The number of deadlines that pass at the same moment.</param>
/// <param name="DeadlineOrders">The number of orders that come meanwhile.</param>
sealed record LongPlan(
    int Orders, int Rounds, TimeSpan HalfLoad, int OpenSagas, int JournalRows, int FilledRounds, int HotMessages, int ReplicaOrders,
    int Deadlines, int DeadlineOrders);
