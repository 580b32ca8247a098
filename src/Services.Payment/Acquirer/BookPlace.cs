namespace Orchestrator.Services.Payment.Acquirer;

/// <summary>The place of an act in the acquirer's books: the reference that its hold has or would have.</summary>
/// <param name="HoldReference">The reference of the hold.</param>
/// <param name="HoldKey">The idempotency key of the hold, if the act names it.</param>
/// <param name="CaptureKey">The idempotency key of the capture, if the act is about one.</param>
readonly record struct BookPlace(string HoldReference, Guid? HoldKey = null, Guid? CaptureKey = null) : IComparable<BookPlace>
{
    /// <inheritdoc />
    public int CompareTo(BookPlace other) => string.CompareOrdinal(HoldReference, other.HoldReference);
}
