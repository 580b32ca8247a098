namespace Orchestrator.Services.Payment.Acquirer;

/// <summary>Where an act looks in the acquirer's books: by the reference that a hold has or would have.</summary>
/// <param name="HoldReference">Tells one hold from another.</param>
/// <param name="HoldKey">The hold's idempotency key, where the act names it.</param>
/// <param name="CaptureKey">The capture's, if it is about one.</param>
readonly record struct BookPlace(string HoldReference, Guid? HoldKey = null, Guid? CaptureKey = null) : IComparable<BookPlace>
{
    /// <inheritdoc />
    public int CompareTo(BookPlace other) => string.CompareOrdinal(HoldReference, other.HoldReference);
}
