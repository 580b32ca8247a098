using Orchestrator.Tests.Benchmarks.Runs;

namespace Orchestrator.Tests.Benchmarks;

/// <summary>How much of everything is run.</summary>
/// <param name="Name">How it is called.</param>
/// <param name="WarmUp">Orders that warm each side up, and count for nobody.</param>
/// <param name="Orders">Orders of a run.</param>
/// <param name="Rounds">How often both sides run them, in turn.</param>
/// <param name="IdleOrders">Orders one after the other, each sent when the one before has ended.</param>
/// <param name="EmbeddedOrders">Orders of the embedded run.</param>
/// <param name="OpenSagas">Sagas that are in the product's tables already, each with three journal rows.</param>
/// <param name="Export">How often hosts export their measurements.</param>
/// <param name="Long">How much of what takes long.</param>
/// <param name="Parts">What is run, by the names in <see cref="All"/>.</param>
sealed record Plan(
    string Name, int WarmUp, int Orders, int Rounds, int IdleOrders, int EmbeddedOrders, int OpenSagas, TimeSpan Export, LongPlan Long,
    IReadOnlyCollection<string> Parts)
{
    // As often as the gauges are read by default, so that exporting more often than by default costs nothing that counts.
    static readonly TimeSpan Seldom = TimeSpan.FromSeconds(15);

    /// <summary>Against the floor: one order at a time, and many.</summary>
    public const string Floor = "floor";

    /// <summary>The same with very many, and at half load.</summary>
    public const string Many = "many";

    /// <summary>One process on SQLite.</summary>
    public const string Embedded = "embedded";

    /// <summary>What can be run.</summary>
    public static IReadOnlyList<string> All { get; } = [Floor, Many, .. LongRuns.Names, Embedded];

    /// <summary>Everything: under an hour.</summary>
    public static Plan Full { get; } = new(
        "full", 3_000, 10_000, 5, 500, 10_000, 0, Seldom,
        new LongPlan(100_000, 3, TimeSpan.FromSeconds(30), 1_000_000, 10_000_000, 3, 10_000, 3_000, 100_000, 1_000), All);

    /// <summary>What a change of the code should be held against: under three minutes.</summary>
    public static Plan Quick { get; } =
        Full with { Name = "quick", WarmUp = 2_000, Rounds = 1, IdleOrders = 200, EmbeddedOrders = 5_000, Parts = [Floor, Embedded] };

    /// <summary>Whether it works at all.</summary>
    public static Plan Smoke { get; } = new(
        "smoke", 20, 60, 1, 10, 50, 50_000, TimeSpan.FromSeconds(1),
        new LongPlan(100, 1, TimeSpan.FromSeconds(1), 1_000, 3_000, 1, 50, 50, 1_000, 10), [Floor, Embedded]);
}

/// <summary>How much of what takes long.</summary>
/// <param name="Orders">Orders of a long run.</param>
/// <param name="Rounds">How often both sides run them, in turn.</param>
/// <param name="HalfLoad">For how long orders come at half of the rate that is possible.</param>
/// <param name="OpenSagas">Sagas that are under way already.</param>
/// <param name="JournalRows">Rows that are in the journal already.</param>
/// <param name="FilledRounds">How often full and empty tables are compared, in turn.</param>
/// <param name="HotMessages">Messages to one saga.</param>
/// <param name="ReplicaOrders">Orders with which one worker is compared with two that take few messages at once.</param>
/// <param name="Deadlines">Deadlines that pass at the same moment.</param>
/// <param name="DeadlineOrders">Orders that come meanwhile.</param>
sealed record LongPlan(
    int Orders, int Rounds, TimeSpan HalfLoad, int OpenSagas, int JournalRows, int FilledRounds, int HotMessages, int ReplicaOrders,
    int Deadlines, int DeadlineOrders);
