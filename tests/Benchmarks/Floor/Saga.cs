namespace Orchestrator.Tests.Benchmarks.Floor;

/// <summary>A saga's row between its load and its commit.</summary>
sealed class Saga(Guid id)
{
    /// <summary>The time limit of an answer.</summary>
    public static readonly TimeSpan TimeLimit = TimeSpan.FromSeconds(30);

    static readonly string[] Order = ["ReserveStock", "AuthorizePayment", "BookShipment", "CapturePayment", "DispatchShipment"];

    public Saga(Guid id, long version, Guid lastMessage, OrderData data, string state, string? step, DateTime createdAt) : this(id)
    {
        (Version, VersionBefore, MessageBefore, LastMessage, Data, State, Step, CreatedAt) = (
            version, version, lastMessage, lastMessage, data, state, step, createdAt);
        FullState = Full;
    }

    public Guid Id => id;

    public long Version { get; private set; }

    /// <summary>The version that was loaded; 0 for a new saga.</summary>
    public long VersionBefore { get; }

    public Guid? MessageBefore { get; }

    public Guid LastMessage { get; private set; }

    public OrderData? Data { get; set; }

    public string State { get; private set; } = "Running";

    public string? Step { get; private set; }

    /// <summary>State and step; null for a new saga.</summary>
    public string? FullState { get; private set; }

    public DateTime CreatedAt { get; private set; }

    public DateTime UpdatedAt { get; private set; }

    public DateTime? CompletedAt => State == "Completed" ? UpdatedAt : null;

    public DateTime? Deadline => State == "Completed" ? null : UpdatedAt + TimeLimit;

    string Full => Step is null ? State : $"{State}: {Step}";

    public bool IsDone(string step) => Data!.Steps.TryGetValue(step, out var has) && has.Status == "Done";

    /// <summary>Notes the outcome of a step.</summary>
    /// <returns>True when the saga waited for the outcome.</returns>
    public bool Completes(string step, string outcome, DateTime now)
    {
        if (!Data!.Steps.TryGetValue(step, out var has) || has.Status != "Sent")
            return false;
        Data.Steps[step] = has with { Status = "Done", At = new DateTimeOffset(now), Outcome = outcome, Waiting = "Nothing", Due = null };
        return true;
    }

    /// <summary>Notes a transition.</summary>
    public void Moved(Guid message, DateTime now)
    {
        var awaited = Order.Where(step => Data!.Steps.TryGetValue(step, out var has) && has.Status == "Sent").ToList();
        Step = awaited.Count == 0 ? null : string.Join(", ", awaited);
        State = awaited.Count == 0 ? "Completed" : "Running";
        FullState = Full;
        if (Version == 0)
            CreatedAt = now;
        (Version, LastMessage, UpdatedAt) = (Version + 1, message, now);
    }
}
