namespace Orchestrator.Participants;

/// <summary>What became of an act, by name in the column <c>status</c>.</summary>
public enum ActStatus
{
    /// <summary>It was done.</summary>
    Done,

    /// <summary>It was not done; <see cref="Act.Said"/> tells why.</summary>
    Refused,

    /// <summary>It was undone, or its undo came before it (a tombstone): it is not done any more.</summary>
    Undone,

    /// <summary>It is about to have its effect outside the database, may have had it, and has no outcome yet.</summary>
    Intended,

    /// <summary>It was undone here, and its effect outside the database may still be there.</summary>
    Undoing,
}
