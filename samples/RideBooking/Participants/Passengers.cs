using Orchestrator.Contracts.Rides;
using Orchestrator.Participants;
using Orchestrator.Storage;

namespace Orchestrator.Samples.RideBooking;

/// <summary>What those who talk to the passengers know of one ride: nothing but its receipt, which is an act.</summary>
public sealed record ToldRide;

/// <summary>Simulated passengers: a receipt is a row.</summary>
public sealed class Passengers : Participant<ToldRide>
{
    /// <summary>Passengers in a database.</summary>
    public Passengers(Database database) : base(database, new ActTable<ToldRide>(ActTables.Passengers, new ToldRide(), ActTables.Ride)) =>
        Does<NotifyPassenger>(
            (ride, command) => Done(ride, said: $"{command.PassengerId} paid {command.Fare}"), (act, _) =>
                new PassengerNotified(act.SagaId, act.Epoch));
}
