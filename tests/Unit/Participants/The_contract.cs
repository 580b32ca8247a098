using Orchestrator.Contracts;
using Orchestrator.Participants;
using Orchestrator.Testing;

namespace Orchestrator.Tests.Unit.Participants;

/// <summary>The contract of participants finds a participant that breaks it.</summary>
public sealed class The_contract() : AirlineTests(new SqliteFile())
{
    static readonly Dictionary<string, (string Found, Func<IParticipant, ISagaMessage, Task<IStepMessage?>> Handle)> Defects = new()
    {
        ["Another answer each time"] = ("the command again was answered by SeatReserved", async (airline, message) =>
            await airline.Handle(message) is SeatReserved reserved
                ? reserved with { Seat = Guid.CreateVersion7().ToString() } : await airline.Handle(message)),
        ["No tombstone"] = ("epoch 1 after an undo of epoch 2 was answered by SeatReserved", (airline, message) =>
            message is ReleaseSeat { Epoch: > 0 } undo
                ? Task.FromResult<IStepMessage?>(new SeatReleased(undo.SagaId, undo.Epoch)) : airline.Handle(message)),
        ["An undo of a later epoch"] = ("epoch 3 after an undo of epoch 2 was answered by SeatRefused", async (airline, message) =>
            message is ReleaseSeat { Epoch: > 0 } undo && await airline.Handle(undo with { Epoch = undo.Epoch + 1 }) is not null
                ? new SeatReleased(undo.SagaId, undo.Epoch) : await airline.Handle(message)),
        ["An inquiry that does what it asks about"] = (
            "an inquiry about a command that never came was answered by SeatReserved", (airline, message) =>
            airline.Handle(message is GetSeat question ? new ReserveSeat(question.SagaId, question.Epoch, "LH 1") : message)),
        ["Any epoch"] = ("epoch 0 was not rejected", (airline, message) =>
            message is ReserveSeat { Epoch: 0 } command
                ? Task.FromResult<IStepMessage?>(new SeatReserved(command.SagaId, 0, "1A")) : airline.Handle(message)),
        ["An event in place of an answer"] = ("was not answered", async (airline, message) =>
            await airline.Handle(message) is SeatReleased ? null : await airline.Handle(message)),
    };

    static IEnumerable<string> Names => Defects.Keys;

    [TestCaseSource(nameof(Names))]
    public async Task Finds(string defect) => (await Should.ThrowAsync<ParticipantContractException>(new ParticipantContract
    {
        Open = () => new Defective(new Airline(Database), Defects[defect].Handle),
        Command = (trip, epoch) => new ReserveSeat(trip, epoch, "LH 1"),
        Done = typeof(SeatReserved),
        Undo = (trip, epoch) => new ReleaseSeat(trip, epoch),
        Inquiry = (trip, epoch) => new GetSeat(trip, epoch, nameof(ReserveSeat), 1),
    }.Check())).Message.ShouldContain(Defects[defect].Found);

    sealed class Defective(Airline airline, Func<IParticipant, ISagaMessage, Task<IStepMessage?>> handle) : IParticipant
    {
        public ILookup<string, Type> Commands => airline.Commands;

        public ILookup<string, Type> Events => airline.Events;

        public bool HasEffects => airline.HasEffects;

        public Task<IStepMessage?> Handle(ISagaMessage message, CancellationToken cancellationToken = default) => handle(airline, message);

        public void Dispose() => airline.Dispose();
    }
}
