using Orchestrator.Local.Faults;
using Orchestrator.Local.Servers;

namespace Orchestrator.Local;

/// <summary>What one run is asked to do.</summary>
/// <param name="Orders">The file of orders, one JSON object a line.</param>
/// <param name="Stock">The file of stock levels, CSV; may be absent when orders are only submitted.</param>
/// <param name="Data">The folder of the databases of an embedded run.</param>
/// <param name="Json">Whether the last line of standard output shall be the summary as one JSON object.</param>
public sealed record ProcessOptions(string Orders, string? Stock, string Data, bool Json)
{
    /// <summary>The servers of a run that is not embedded.</summary>
    public ServerOptions? Servers { get; init; }

    /// <summary>How the participants shall misbehave; absent when they shall not.</summary>
    public FaultSpec? Faults { get; init; }

    /// <summary>Where <c>process</c> keeps its data unless told otherwise, below the working directory.</summary>
    public const string DefaultData = "data";

    /// <summary>The sample run: files that lie beside the program, and a data folder of its own below the working directory.</summary>
    public static ProcessOptions Sample { get; } = new(
        Path.Combine(AppContext.BaseDirectory, "samples", "orders.jsonl"),
        Path.Combine(AppContext.BaseDirectory, "samples", "stock.csv"),
        Path.Combine(DefaultData, "sample"),
        Json: false);
}
