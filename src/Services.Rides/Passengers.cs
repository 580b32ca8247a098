using Orchestrator.Contracts;
using Orchestrator.Contracts.Rides;
using Orchestrator.Storage;

namespace Orchestrator.Services.Rides;

/// <summary>Simulated passengers: a receipt is a row.</summary>
public sealed class Passengers(Database database)
{
    /// <summary>Sends the receipt, once.</summary>
    public Task<IStepMessage> Notify(NotifyPassenger command, CancellationToken cancellationToken = default) =>
        database.WriteOrDefer<IStepMessage>(
            async sql =>
            {
                var act = new ActRow(sql, ActTables.Passengers, database.Time.GetUtcNow(), command.RideId, nameof(NotifyPassenger), command.Epoch);
                await act.Do(() => Task.FromResult(ActRow.Outcome.Done($"{command.PassengerId} paid {command.Fare}")));
                return new PassengerNotified(command.RideId, command.Epoch);
            },
            cancellationToken);
}
