using Orchestrator.Contracts;
using Orchestrator.Contracts.Rides;
using Orchestrator.Storage;

namespace Orchestrator.Services.Rides;

/// <summary>A simulated bank of the passengers: holds fares, takes them and lets them go, and moves no money.</summary>
public sealed class Fares(Database database)
{
    /// <summary>The bank declines passengers whose ids start with this.</summary>
    public const string Declined = "DECLINE";

    /// <summary>Holds the most that the ride may cost.</summary>
    /// <returns><see cref="FareAuthorized"/> or <see cref="FareRefused"/>; of the same epoch always the same, unless it was undone since.</returns>
    public Task<IStepMessage> Authorize(AuthorizeFare command, CancellationToken cancellationToken = default) =>
        database.WriteOrDefer<IStepMessage>(
            async sql =>
            {
                var outcome = await Act(sql, command).Do(async () =>
                {
                    if (command.PassengerId.StartsWith(Declined, StringComparison.Ordinal))
                        return ActRow.Outcome.Refused("declined by the bank");
                    await Note(sql, command, command.Fare);
                    return ActRow.Outcome.Done();
                });
                return outcome switch
                {
                    { Status: ActStatus.Done } => new FareAuthorized(command.RideId, command.Epoch),
                    { Status: ActStatus.Refused } => new FareRefused(command.RideId, command.Epoch, outcome.Said!),
                    _ => new FareRefused(command.RideId, command.Epoch, "voided before it was authorised"),
                };
            },
            cancellationToken);

    /// <summary>Undo of <see cref="Authorize"/>, until the fare has been captured.</summary>
    /// <returns><see cref="FareVoided"/> or <see cref="FareVoidRefused"/>. The refusal is not stored: it follows from the capture.</returns>
    public Task<IStepMessage> Void(VoidFare command, CancellationToken cancellationToken = default) =>
        database.WriteOrDefer<IStepMessage>(
            async sql =>
            {
                // A capture locks the hold before it is done: whoever comes second sees what the first did.
                _ = await Held(sql, command.RideId);
                if (await Amount(sql, command.RideId, nameof(CaptureFare)) is not null)
                    return new FareVoidRefused(command.RideId, command.Epoch, "the fare was captured");
                await Act(sql, command.RideId, nameof(AuthorizeFare), command.Epoch).Undo();
                return new FareVoided(command.RideId, command.Epoch);
            },
            cancellationToken);

    /// <summary>Takes what the ride cost out of what is held.</summary>
    /// <returns><see cref="FareCaptured"/> or <see cref="FareCaptureRefused"/>; of the same epoch always the same.</returns>
    public Task<IStepMessage> Capture(CaptureFare command, CancellationToken cancellationToken = default) =>
        database.WriteOrDefer<IStepMessage>(
            async sql =>
            {
                var outcome = await Act(sql, command).Do(async () =>
                {
                    if (await Held(sql, command.RideId) is not { } held)
                        return ActRow.Outcome.Refused("nothing is held");
                    if (await Amount(sql, command.RideId, nameof(CaptureFare)) is not null)
                        return ActRow.Outcome.Refused("the fare was captured by an earlier try");
                    if (held.Currency != command.Fare.Currency || held.Amount < command.Fare.Amount)
                        return ActRow.Outcome.Refused($"{held} are held, not {command.Fare}");
                    await Note(sql, command, command.Fare);
                    return ActRow.Outcome.Done();
                });
                return outcome.Status == ActStatus.Done
                    ? new FareCaptured(command.RideId, command.Epoch)
                    : new FareCaptureRefused(command.RideId, command.Epoch, outcome.Said!);
            },
            cancellationToken);

    Task<Money?> Held(Sql sql, Guid rideId) => Amount(sql, rideId, nameof(AuthorizeFare), database.ForUpdate);

    static Task<Money?> Amount(Sql sql, Guid rideId, string act, string @lock = "") => sql.First<Money?>(
        $"SELECT minor_units, currency FROM {ActTables.Fares} WHERE ride_id = @ride AND act = @act AND status = 'Done' ORDER BY epoch DESC LIMIT 1{@lock}",
        row => Money.FromMinorUnits(row.GetInt64(0), row.GetString(1)), ("ride", rideId), ("act", act));

    static Task<int> Note(Sql sql, IStepMessage command, Money fare) => sql.Execute(
        $"UPDATE {ActTables.Fares} SET minor_units = @minor, currency = @currency WHERE ride_id = @ride AND act = @act AND epoch = @epoch",
        ("ride", command.SagaId), ("act", command.GetType().Name), ("epoch", command.Epoch), ("minor", fare.MinorUnits()), ("currency", fare.Currency));

    ActRow Act(Sql sql, IStepMessage command) => Act(sql, command.SagaId, command.GetType().Name, command.Epoch);

    ActRow Act(Sql sql, Guid rideId, string act, int epoch) => new(sql, ActTables.Fares, database.Time.GetUtcNow(), rideId, act, epoch);
}
