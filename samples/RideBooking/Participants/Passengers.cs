using Orchestrator.Contracts.Rides;
using Orchestrator.Participants;
using Orchestrator.Storage;

namespace Orchestrator.Samples.RideBooking;

/// <summary>The state of one ride in this service. It is empty: the receipt is recorded as an act.</summary>
public sealed record ToldRide;

/// <summary>The service that sends messages to the passengers, simulated: a receipt is a row.</summary>
public sealed class Passengers : Participant<ToldRide>
{
    /// <summary>Receipts that are stored in a database.</summary>
    public Passengers(Database database) : base(database, new ActTable<ToldRide>(ActTables.Passengers, new ToldRide(), ActTables.Ride)) =>
        Does<NotifyPassenger>(
            (ride, command) => Done(ride, said: $"{command.PassengerId} paid {command.Fare}"), (act, _) =>
                new PassengerNotified(act.SagaId, act.Epoch));
}
