using System.Globalization;
using Orchestrator.Contracts;
using Orchestrator.Contracts.Rides;
using Orchestrator.Participants;
using Orchestrator.Storage;

namespace Orchestrator.Samples.RideBooking;

/// <summary>What the drivers know about one ride.</summary>
/// <param name="HasEnded">The passenger has got out.</param>
public sealed record DrivenRide(bool HasEnded = false);

/// <summary>Simulated drivers. The places of a ride decide whether they come.</summary>
public sealed class Drivers : Participant<DrivenRide>
{
    /// <summary>A place has no driver near when its name starts with this.</summary>
    public const string Nowhere = "NODRIVER";

    /// <summary>Drivers decline a destination when its name starts with this.</summary>
    public const string TooFar = "TOOFAR";

    /// <summary>Drivers whose rides are stored in a database.</summary>
    public Drivers(Database database) : base(database, new Table())
    {
        Does<AssignDriver>(
            Assign, (act, _) => new DriverAssigned(act.SagaId, act.Epoch, act.Said!), act =>
                new DriverRefused(act.SagaId, act.Epoch, act.Said!))
            .UndoneBy<ReleaseDriver>(
                (ride, _) => Done(ride), act => new DriverReleased(act.SagaId, act.Epoch), "released before he was assigned");
        Does<StartRide>(Start, (act, _) => new RideStarted(act.SagaId, act.Epoch), act => new RideRefused(act.SagaId, act.Epoch, act.Said!))
            .UndoneBy<AbortRide>(
                Abort, act => new RideAborted(act.SagaId, act.Epoch), "aborted before it started", act =>
                    new RideAbortRefused(act.SagaId, act.Epoch, act.Said!));
        Hears<RideEnded>(RideQueues.DriverEvents, (ride, ended) => Done(ride with { HasEnded = true }, said: ended.Fare.ToString()));
    }

    static Outcome<DrivenRide> Assign(DrivenRide ride, AssignDriver command) => command.PickUp.StartsWith(Nowhere, StringComparison.Ordinal)
        ? Refused("no driver is near")
        : Done(ride, said: DriverOf(command));

    static Outcome<DrivenRide> Start(DrivenRide ride, StartRide command) => command.Destination.StartsWith(TooFar, StringComparison.Ordinal)
        ? Refused("the driver declines")
        : Done(ride);

    static Outcome<DrivenRide> Abort(DrivenRide ride, AbortRide command) => ride.HasEnded ? Refused("the ride has ended") : Done(ride);

    static string DriverOf(AssignDriver command) => "driver-" +
        DerivedId.From("driver", command.RideId.ToString(), command.Epoch.ToString(CultureInfo.InvariantCulture)).ToString("N")[..8];

    sealed class Table() : ActTable<DrivenRide>(ActTables.Drivers, new DrivenRide(), ActTables.Ride)
    {
        protected override DrivenRide After(DrivenRide state, Act act, IReadOnlyList<object?> columns) =>
            act.Operation == nameof(RideEnded) ? state with { HasEnded = true } : state;
    }
}
