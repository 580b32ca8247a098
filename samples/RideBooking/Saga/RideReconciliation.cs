using Orchestrator.Contracts;
using Orchestrator.Engine;
using Orchestrator.Hosting.Reconciliation;
using Orchestrator.Journal;

namespace Orchestrator.Samples.RideBooking;

/// <summary>What must agree between the rides and the books of the bank and the drivers: <c>reconcile</c> compares them.</summary>
public sealed class RideReconciliation : ISagaReconciliation
{
    const string FareDiffers = nameof(FareDiffers), HeldAfterTheEnd = nameof(HeldAfterTheEnd), UnknownRide = nameof(UnknownRide);

    /// <inheritdoc />
    public string SagaKind => "ride-booking";

    /// <inheritdoc />
    public string Noun => "ride";

    /// <inheritdoc />
    public IReadOnlyCollection<string> Kinds { get; } = [FareDiffers, HeldAfterTheEnd, UnknownRide];

    /// <inheritdoc />
    public IReadOnlyList<Book> Books { get; } =
    [
        new(RidesRegistration.Party,
            $"SELECT ride_id, act, minor_units, currency FROM {ActTables.Fares} WHERE status = 'Done' AND minor_units IS NOT NULL",
            ActTables.Ride, row => new FareEntry(
                row.GetGuid(0), row.GetString(1) == "CaptureFare", Money.FromMinorUnits(row.GetInt64(2), row.GetString(3)))),
        new(SagaJournal.Party, "SELECT id, coalesce(final_fare, fare), currency FROM ride_booking WHERE currency IS NOT NULL", "id",
            row => new PriceEntry(row.GetGuid(0), new Money(row.GetDecimal(1), row.GetString(2)))),
    ];

    /// <inheritdoc />
    public IEnumerable<Finding> Compare(SagaBooks books, DateTimeOffset settledBefore)
    {
        var captured = books.Entries.OfType<FareEntry>().FirstOrDefault(fare => fare.IsCaptured)?.Amount;
        var price = books.Entries.OfType<PriceEntry>().FirstOrDefault()?.Amount;
        if (books.Saga is not { } ride)
        {
            if (captured is not null)
                yield return new(UnknownRide, $"{captured} were captured for a ride that no saga knows", "give the money back");
        }
        else if (books.IsSettled(settledBefore) && ride.State == Lifecycle.Completed && captured != price)
            yield return new(FareDiffers, $"the ride cost {price}, and {captured?.ToString() ?? "nothing"} was captured", "charge or give back");
        else if (books.IsSettled(settledBefore) && ride.State == Lifecycle.Cancelled && books.Entries.OfType<FareEntry>().Any())
            yield return new(HeldAfterTheEnd, "money is held for a cancelled ride", "send its last VoidFare again", IsSafe: true);
    }

    sealed record FareEntry(Guid RideId, bool IsCaptured, Money Amount) : LedgerEntry(RideId);

    sealed record PriceEntry(Guid RideId, Money Amount) : LedgerEntry(RideId);
}
