namespace Orchestrator.Services.Rides;

/// <summary>What became of an act, by name in the column <c>status</c>.</summary>
enum ActStatus
{
    /// <summary>It was done.</summary>
    Done,

    /// <summary>It was not done; <c>said</c> tells why.</summary>
    Refused,

    /// <summary>It was undone, or its undo came before it (a tombstone): it is not done any more.</summary>
    Undone,
}
