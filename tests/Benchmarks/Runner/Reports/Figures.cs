namespace Orchestrator.Tests.Benchmarks.Reports;

/// <summary>What a process used in a run.</summary>
/// <param name="Name">The program, <c>broker</c> or <c>database</c>.</param>
/// <param name="CpuMsPerOrder">Processor time, in milliseconds.</param>
/// <param name="BytesWrittenPerOrder">Bytes sent to a disk.</param>
/// <param name="MostResidentMb">The most memory that it had, in MB; shared pages included.</param>
sealed record ProcessFigures(string Name, double CpuMsPerOrder, double BytesWrittenPerOrder, double MostResidentMb);

/// <summary>Orders that came all at once.</summary>
/// <param name="Contender">Who carried them.</param>
/// <param name="Orders">How many.</param>
/// <param name="Seconds">From the first submission until nothing was left to do.</param>
/// <param name="OrdersPerSecond">The rate.</param>
/// <param name="SubmittingSeconds">How long submitting all of them took.</param>
/// <param name="Processes">What it took.</param>
sealed record Throughput(
    string Contender, int Orders, double Seconds, double OrdersPerSecond, double SubmittingSeconds,
    IReadOnlyList<ProcessFigures> Processes);

/// <summary>Two contenders, one right after the other.</summary>
/// <param name="First">The one that is judged.</param>
/// <param name="Second">The one that it is held against.</param>
/// <param name="Ratio">The first one's rate by the second one's.</param>
sealed record Round(Throughput First, Throughput Second, double Ratio);

/// <summary>Rounds, and what became of them.</summary>
/// <param name="Ratio">The median of the rounds' ratios.</param>
/// <param name="FirstMedian">The median of the first one's rates, in orders a second.</param>
/// <param name="SecondMedian">The median of the second one's.</param>
/// <param name="Rounds">Each round.</param>
sealed record Comparison(double Ratio, double FirstMedian, double SecondMedian, IReadOnlyList<Round> Rounds);

/// <summary>How long orders took, from the submission until it was heard that they are fulfilled, in milliseconds.</summary>
sealed record Latency(string Contender, int Orders, double P50, double P90, double P99, double Most);

/// <summary>What a message that moves a saga costs the store when it has it to itself, and under load.</summary>
/// <param name="RoundTripsPerSagaMessage">Counted by the database's server, one order at a time.</param>
/// <param name="CommitsPerSagaMessage">Likewise.</param>
/// <param name="UnderLoadRoundTrips">Counted by the journal's meters over all runs: messages share round trips.</param>
/// <param name="UnderLoadCommits">Likewise.</param>
/// <param name="Statements">The statements that were counted.</param>
sealed record StoreWork(
    double RoundTripsPerSagaMessage, double CommitsPerSagaMessage, double UnderLoadRoundTrips, double UnderLoadCommits,
    IReadOnlyDictionary<string, long> Statements);

/// <summary>Ten thousand messages to one saga.</summary>
sealed record HotSaga(int Messages, double Seconds, double MessagesPerSecond, long DeadLetters, long Transitions);

/// <summary>Deadlines that passed at the same moment, in seconds from then.</summary>
/// <param name="Sagas">How many.</param>
/// <param name="SentSeconds">Until the last was sent to its saga.</param>
/// <param name="ActedSeconds">Until the last saga had acted on it.</param>
/// <param name="LatenessP50">After so long half of the sagas had acted.</param>
/// <param name="LatenessP99">After so long 99 of 100 had.</param>
/// <param name="Orders">Orders that came meanwhile.</param>
/// <param name="OrdersSeconds">From the first of these until all had ended.</param>
sealed record DueDeadlines(
    int Sagas, double SentSeconds, double ActedSeconds, double LatenessP50, double LatenessP99, int Orders, double OrdersSeconds);

/// <summary>
/// How long a host takes from its start until it takes messages, in seconds, when it starts alone: the median of some tries.
/// </summary>
sealed record StartTime(string Host, double Seconds, IReadOnlyList<double> Tries);

/// <summary>The most memory that a host had with few orders waiting and with many, in MB.</summary>
sealed record Backlog(string Host, double Few, double Many, double Ratio);
