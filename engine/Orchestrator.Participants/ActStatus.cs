namespace Orchestrator.Participants;

/// <summary>The outcome of an act. The column <c>status</c> holds its name.</summary>
public enum ActStatus
{
    /// <summary>It was done.</summary>
    Done,

    /// <summary>It was not done. <see cref="Act.Said"/> has the reason.</summary>
    Refused,

    /// <summary>It was undone, or its undo came first (a tombstone). It will not be done any more.</summary>
    Undone,

    /// <summary>Its effect outside the database is intended, and may already exist. It has no outcome yet.</summary>
    Intended,

    /// <summary>It was undone here, and its effect outside the database may still be there.</summary>
    Undoing,
}
