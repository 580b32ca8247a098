using System.Text.Json;
using System.Text.Json.Serialization;

namespace Orchestrator.Tests.Benchmarks.Reports;

/// <summary>
/// The content of <c>bench.json</c>: the promised figures at the top, and below them every figure with its runs. A figure is null when the
/// plan does not measure it.
/// </summary>
sealed class Results
{
    static readonly JsonSerializerOptions Format = new(JsonSerializerDefaults.Web) { WriteIndented = true, Converters = { new Rounded() } };

    /// <summary>The rate of the product divided by the rate of the floor, with 10,000 orders.</summary>
    public double? RatioToFloor10k { get; set; }

    /// <summary>The same with 100,000 orders.</summary>
    public double? RatioToFloor100k { get; set; }

    /// <summary>The rate of the product with 100,000 orders divided by its rate with 10,000.</summary>
    public double? Flatness { get; set; }

    /// <summary>The rate of the product with a million open sagas and ten million journal rows, divided by its rate without them.</summary>
    public double? RatioAtMillionSagas { get; set; }

    /// <summary>The median latency of a single order, divided by that of the floor.</summary>
    [JsonPropertyName("idleP50RatioToFloor")]
    public double? IdleP50RatioToFloor { get; set; }

    /// <summary>The p99 latency at half of the possible rate, in milliseconds.</summary>
    [JsonPropertyName("halfLoadP99Ms")]
    public double? HalfLoadP99Ms { get; set; }

    /// <summary>The memory that all hosts together allocate for an order, in KB (1,000 bytes).</summary>
    [JsonPropertyName("allocatedKBPerOrder")]
    public double? AllocatedKBPerOrder { get; set; }

    /// <summary>The statements for a message that moves a saga and shares none of them with other messages.</summary>
    public double? RoundTripsPerSagaMessage { get; set; }

    /// <summary>Commits for such a message.</summary>
    public double? CommitsPerSagaMessage { get; set; }

    /// <summary>Orders a second in one process on SQLite.</summary>
    public double? EmbeddedOrdersPerSecond { get; set; }

    /// <summary>All other figures.</summary>
    public Figures Figures { get; } = new();

    /// <summary>The content of the file.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, Format);

    // A benchmark is not more exact than this.
    sealed class Rounded : JsonConverter<double>
    {
        public override double Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.GetDouble();

        public override void Write(Utf8JsonWriter writer, double value, JsonSerializerOptions options) =>
            writer.WriteNumberValue(Math.Abs(value) >= 100 ? Math.Round(value, 1) : Math.Round(value, 4));
    }
}

/// <summary>Every figure with its runs.</summary>
sealed class Figures
{
    public string Plan { get; set; } = "";

    public DateTimeOffset At { get; set; }

    public double Minutes { get; set; }

    public IReadOnlyDictionary<string, string> Machine { get; set; } = new Dictionary<string, string>();

    public Comparison? TenThousand { get; set; }

    public Comparison? HundredThousand { get; set; }

    public Comparison? MillionSagas { get; set; }

    public Comparison? TwoWorkersPrefetch4 { get; set; }

    public Comparison? TwoWorkersSaturated { get; set; }

    public Comparison? Telemetry { get; set; }

    public IReadOnlyList<Throughput>? FloorOfFourCommands { get; set; }

    public IReadOnlyList<Latency>? Idle { get; set; }

    public IReadOnlyList<Latency>? HalfLoad { get; set; }

    public StoreWork? Store { get; set; }

    public HotSaga? HotSaga { get; set; }

    public long? DeadlinesPassed { get; set; }

    public DueDeadlines? Deadlines { get; set; }

    public IReadOnlyList<StartTime>? StartToReady { get; set; }

    public IReadOnlyList<Backlog>? ResidentWithBacklog { get; set; }

    public double? EmbeddedSeconds { get; set; }
}
