using System.Globalization;
using Orchestrator.Contracts;
using Orchestrator.Contracts.Orders;
using Orchestrator.Simulation.Parties;
using Orchestrator.Simulation.Worlds;

namespace Orchestrator.Tests.Simulation.Orders;

/// <summary>
/// A participant without tombstones. It does what a command asks, also after the undo of that command.
/// </summary>
/// <param name="world">The simulated world.</param>
/// <param name="store">The rows of the sagas.</param>
/// <param name="database">Opens its own database.</param>
/// <param name="knowsReceipts">True for the version that sends receipts.</param>
sealed class Screenings(World world, MemoryDatabase store, RemoteDatabase database, bool knowsReceipts)
{
    /// <summary>The statement that makes its table.</summary>
    public const string Table =
        "CREATE TABLE customers_screening (order_id TEXT COLLATE NOCASE NOT NULL PRIMARY KEY, is_kept INTEGER NOT NULL, acts INTEGER NOT "
        + "NULL)";

    /// <summary>Handles a command.</summary>
    public SimulatedParticipant Answering(SimulatedParticipant participant)
    {
        participant
            .Hears<ScreenCustomer>(Screen)
            .Answers<ForgetScreening>(Forget);
        return knowsReceipts
            ? participant.Answers<SendReceipt>(command => Task.FromResult<IStepMessage>(new ReceiptSent(command.OrderId, command.Epoch)))
            : participant;
    }

    async Task Screen(ScreenCustomer command)
    {
        if (world.Faults.Strikes(Fault.LateAct, 400, out var dice))
        {
            var later = Message.Of(DerivedId.From(command.OrderId.ToString(), nameof(Fault.LateAct)), command, null, mayBeLost: false);
            world.Loop.After(
                TimeSpan.FromMinutes(1) + dice.Within(TimeSpan.FromMinutes(9)), () =>
                    world.Network.Insist(NextOrderFulfilmentSaga.Customers, later));
            return;
        }

        if (command.OrderId.ToByteArray()[0] < 64)
        {
            Answer(new CustomerRejected(command.OrderId, command.Epoch, "not a good customer"), 0);
            return;
        }

        var acts = await database.Write(async sql =>
        {
            await sql.Execute(
                """
                INSERT INTO customers_screening (order_id, is_kept, acts) VALUES (@id, 1, 1)
                ON CONFLICT (order_id) DO UPDATE SET acts = acts + (is_kept = 0), is_kept = 1
                """,
                ("id", command.OrderId));
            return await sql.First(
                "SELECT acts FROM customers_screening WHERE order_id = @id", row => row.GetInt32(0), ("id", command.OrderId));
        });
        // Another copy of the undo may be lost like any command.
        if (acts > 1 && command.OrderId.ToByteArray()[1] < 128)
            world.Network.Silence(NextOrderFulfilmentSaga.Customers, TimeSpan.FromMinutes(1), loses: true, only: [command.OrderId]);
        Answer(new CustomerScreened(command.OrderId, command.Epoch), acts);
    }

    async Task<IStepMessage> Forget(ForgetScreening command)
    {
        await database.Write(
            sql => sql.Execute("UPDATE customers_screening SET is_kept = 0 WHERE order_id = @id", ("id", command.OrderId)));
        return new ScreeningForgotten(command.OrderId, command.Epoch);
    }

    // Each act has its own answer, which is not lost and does not overtake the answer of the undo before it. Otherwise the saga could not
    // know what a participant without tombstones keeps.
    void Answer(IStepMessage outcome, int acts) => world.Network.Insist(
        OrderQueues.Commands,
        Message.Of(
            DerivedId.From(outcome.SagaId.ToString(), outcome.GetType().Name, acts.ToString(CultureInfo.InvariantCulture)), outcome, null,
            mayBeLost: false),
        isDue: () => !store.ReadNow(sql => sql.First(
            "SELECT state = 'Compensating' AND json_extract(data, '$.steps.ScreenCustomer.status') = 'Undoing' FROM saga WHERE id = @id "
            + "AND json_valid(data)",
            row => !row.IsDBNull(0) && row.GetBoolean(0), ("id", outcome.SagaId))));
}
