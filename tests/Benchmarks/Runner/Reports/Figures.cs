namespace Orchestrator.Tests.Benchmarks.Reports;

/// <summary>The resources that a process used in a run.</summary>
/// <param name="Name">The program, <c>broker</c> or <c>database</c>.</param>
/// <param name="CpuMsPerOrder">Processor time for each order, in milliseconds.</param>
/// <param name="BytesWrittenPerOrder">Bytes written to disks, for each order.</param>
/// <param name="MostResidentMb">The largest memory that it had, in MB, with shared pages.</param>
sealed record ProcessFigures(string Name, double CpuMsPerOrder, double BytesWrittenPerOrder, double MostResidentMb);

/// <summary>A run in which all orders came at once.</summary>
/// <param name="Contender">The contender.</param>
/// <param name="Orders">The number of orders.</param>
/// <param name="Seconds">The time from the first submission until all work was done.</param>
/// <param name="OrdersPerSecond">The rate.</param>
/// <param name="SubmittingSeconds">The time in which all orders were submitted.</param>
/// <param name="Processes">The usage of the processes.</param>
sealed record Throughput(
    string Contender, int Orders, double Seconds, double OrdersPerSecond, double SubmittingSeconds,
    IReadOnlyList<ProcessFigures> Processes);

/// <summary>Two contenders, one right after the other.</summary>
/// <param name="First">The contender that is judged.</param>
/// <param name="Second">The contender that it is compared with.</param>
/// <param name="Ratio">The rate of the first divided by the rate of the second.</param>
sealed record Round(Throughput First, Throughput Second, double Ratio);

/// <summary>Rounds and their result.</summary>
/// <param name="Ratio">The median of the ratios of the rounds.</param>
/// <param name="FirstMedian">The median rate of the first, in orders a second.</param>
/// <param name="SecondMedian">The median rate of the second, in orders a second.</param>
/// <param name="Rounds">The rounds.</param>
sealed record Comparison(double Ratio, double FirstMedian, double SecondMedian, IReadOnlyList<Round> Rounds);

/// <summary>The latencies of orders, from the submission until the shop heard that they are fulfilled, in milliseconds.</summary>
sealed record Latency(string Contender, int Orders, double P50, double P90, double P99, double Most);

/// <summary>The cost of a message that moves a saga in the store: alone, and under load.</summary>
/// <param name="RoundTripsPerSagaMessage">Round trips, as the database server counts them with one order at a time.</param>
/// <param name="CommitsPerSagaMessage">Commits, counted in the same way.</param>
/// <param name="UnderLoadRoundTrips">Round trips, as the journal's metrics count them over all runs. Messages share round trips.</param>
/// <param name="UnderLoadCommits">Commits, counted in the same way.</param>
/// <param name="Statements">The statements that were counted.</param>
sealed record StoreWork(
    double RoundTripsPerSagaMessage, double CommitsPerSagaMessage, double UnderLoadRoundTrips, double UnderLoadCommits,
    IReadOnlyDictionary<string, long> Statements);

/// <summary>Ten thousand messages to one saga.</summary>
sealed record HotSaga(int Messages, double Seconds, double MessagesPerSecond, long DeadLetters, long Transitions);

/// <summary>Deadlines that passed at the same moment. Times are in seconds since then.</summary>
/// <param name="Sagas">The number of deadlines.</param>
/// <param name="SentSeconds">When the last deadline was sent to its saga.</param>
/// <param name="ActedSeconds">When the last saga had acted on its deadline.</param>
/// <param name="LatenessP50">When half of the sagas had acted.</param>
/// <param name="LatenessP99">When 99 of 100 sagas had acted.</param>
/// <param name="Orders">The number of orders that came meanwhile.</param>
/// <param name="OrdersSeconds">The time from the first of these orders until all had ended.</param>
sealed record DueDeadlines(
    int Sagas, double SentSeconds, double ActedSeconds, double LatenessP50, double LatenessP99, int Orders, double OrdersSeconds);

/// <summary>
/// The time from the start of a host until it takes messages, in seconds, when it starts alone: the median of several tries.
/// </summary>
sealed record StartTime(string Host, double Seconds, IReadOnlyList<double> Tries);

/// <summary>The largest memory of a host with few orders waiting and with many, in MB.</summary>
sealed record Backlog(string Host, double Few, double Many, double Ratio);
