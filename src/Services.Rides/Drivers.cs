using System.Globalization;
using Orchestrator.Contracts;
using Orchestrator.Contracts.Rides;
using Orchestrator.Storage;

namespace Orchestrator.Services.Rides;

/// <summary>Simulated drivers, who never tire. Where the passenger waits and wants to go decides whether they come.</summary>
public sealed class Drivers(Database database)
{
    /// <summary>No driver is near places whose names start with this.</summary>
    public const string Nowhere = "NODRIVER";

    /// <summary>Drivers decline to go to places whose names start with this.</summary>
    public const string TooFar = "TOOFAR";

    /// <summary>Sends a driver to the passenger.</summary>
    /// <returns><see cref="DriverAssigned"/> or <see cref="DriverRefused"/>; of the same epoch always the same, unless it was undone since.</returns>
    public Task<IStepMessage> Assign(AssignDriver command, CancellationToken cancellationToken = default) =>
        database.WriteOrDefer<IStepMessage>(
            async sql =>
            {
                var outcome = await Act(sql, command).Do(() => Task.FromResult(
                    command.PickUp.StartsWith(Nowhere, StringComparison.Ordinal)
                        ? ActRow.Outcome.Refused("no driver is near")
                        : ActRow.Outcome.Done(DriverOf(command))));
                return outcome switch
                {
                    { Status: ActStatus.Done } => new DriverAssigned(command.RideId, command.Epoch, outcome.Said!),
                    { Status: ActStatus.Refused } => new DriverRefused(command.RideId, command.Epoch, outcome.Said!),
                    _ => new DriverRefused(command.RideId, command.Epoch, "released before he was assigned"),
                };
            },
            cancellationToken);

    /// <summary>Undo of <see cref="Assign"/>.</summary>
    public Task<IStepMessage> Release(ReleaseDriver command, CancellationToken cancellationToken = default) =>
        database.WriteOrDefer<IStepMessage>(
            async sql =>
            {
                await Act(sql, command.RideId, nameof(AssignDriver), command.Epoch).Undo();
                return new DriverReleased(command.RideId, command.Epoch);
            },
            cancellationToken);

    /// <summary>Lets the passenger get in.</summary>
    /// <returns><see cref="RideStarted"/> or <see cref="RideRefused"/>; of the same epoch always the same, unless it was undone since.</returns>
    public Task<IStepMessage> Start(StartRide command, CancellationToken cancellationToken = default) =>
        database.WriteOrDefer<IStepMessage>(
            async sql =>
            {
                var outcome = await Act(sql, command).Do(() => Task.FromResult(
                    command.Destination.StartsWith(TooFar, StringComparison.Ordinal)
                        ? ActRow.Outcome.Refused("the driver declines")
                        : ActRow.Outcome.Done()));
                return outcome switch
                {
                    { Status: ActStatus.Done } => new RideStarted(command.RideId, command.Epoch),
                    { Status: ActStatus.Refused } => new RideRefused(command.RideId, command.Epoch, outcome.Said!),
                    _ => new RideRefused(command.RideId, command.Epoch, "aborted before it started"),
                };
            },
            cancellationToken);

    /// <summary>Undo of <see cref="Start"/>, until the ride has ended.</summary>
    /// <returns><see cref="RideAborted"/> or <see cref="RideAbortRefused"/>. The refusal is not stored: it follows from the ride's end.</returns>
    public Task<IStepMessage> Abort(AbortRide command, CancellationToken cancellationToken = default) =>
        database.WriteOrDefer<IStepMessage>(
            async sql =>
            {
                var hasEnded = await sql.First(
                    $"SELECT 1 FROM {ActTables.Drivers} WHERE ride_id = @ride AND act = @act", row => row.GetInt32(0),
                    ("ride", command.RideId), ("act", nameof(RideEnded))) == 1;
                if (hasEnded)
                    return new RideAbortRefused(command.RideId, command.Epoch, "the ride has ended");
                await Act(sql, command.RideId, nameof(StartRide), command.Epoch).Undo();
                return new RideAborted(command.RideId, command.Epoch);
            },
            cancellationToken);

    /// <summary>Notes that the passenger has got out; the second time it changes nothing.</summary>
    public Task End(RideEnded ended, CancellationToken cancellationToken = default) =>
        database.WriteOrDefer(
            sql => Act(sql, ended.RideId, nameof(RideEnded), epoch: 1).Do(() => Task.FromResult(ActRow.Outcome.Done(ended.Fare.ToString()))),
            cancellationToken);

    ActRow Act(Sql sql, IStepMessage command) => Act(sql, command.SagaId, command.GetType().Name, command.Epoch);

    ActRow Act(Sql sql, Guid rideId, string act, int epoch) => new(sql, ActTables.Drivers, database.Time.GetUtcNow(), rideId, act, epoch);

    static string DriverOf(AssignDriver command) => "driver-" +
        DerivedId.From("driver", command.RideId.ToString(), command.Epoch.ToString(CultureInfo.InvariantCulture)).ToString("N")[..8];
}
