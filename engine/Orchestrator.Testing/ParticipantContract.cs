using System.Text.Json;
using Orchestrator.Contracts;
using Orchestrator.Participants;

namespace Orchestrator.Testing;

/// <summary>The protocol between a saga and a participant, as checks for any operation of any participant.</summary>
/// <remarks>
/// It needs no test framework: a broken rule throws a <see cref="ParticipantContractException"/>. Run <see cref="Check"/>, or run each of
/// <see cref="Rules"/> as a separate test. Each rule uses its own sagas, so all rules can share a database.
/// </remarks>
public sealed class ParticipantContract
{
    const int Crowd = 32;

    /// <summary>Opens a replica of the participant. All replicas share one database.</summary>
    public required Func<IParticipant> Open { get; init; }

    /// <summary>Makes a command for a saga and an epoch. The participant must be able to do it.</summary>
    public required Func<Guid, int, IStepMessage> Command { get; init; }

    /// <summary>The type of the answer for a command that was done.</summary>
    public required Type Done { get; init; }

    /// <summary>Makes the undo of the command; null when it has no undo.</summary>
    public Func<Guid, int, IStepMessage>? Undo { get; init; }

    /// <summary>Makes the inquiry about the command; null when it has no inquiry.</summary>
    public Func<Guid, int, IStepInquiry>? Inquiry { get; init; }

    /// <summary>Makes a message whose decision throws, or null if every decision of the participant returns.</summary>
    public Func<Guid, ISagaMessage>? Broken { get; init; }

    /// <summary>The messages that the participant must handle before it can do the command.</summary>
    public Func<Guid, IReadOnlyList<ISagaMessage>> Before { get; init; } = _ => [];

    /// <summary>The rules that apply. The name of each rule is a sentence.</summary>
    public IEnumerable<(string Name, Func<Task> Check)> Rules =>
    [
        ("A command that comes again gets the same answer, from any replica", Repeat),
        ("A command that comes many times at once has one outcome", ManyAtOnce),
        ("An invalid message is rejected, and nothing of it is stored", Rejected),
        .. Undo is null ? Array.Empty<(string, Func<Task>)>() :
        [
            ("An undo that comes first refuses its command later", Tombstone),
            ("A success does not become valid again after its undo", UndoWins),
            ("A higher epoch is a new try, and an old undo leaves it alone", Epochs),
            ("An undo that races its command wins", Race),
        ],
        .. Inquiry is null ? Array.Empty<(string, Func<Task>)>() : [("An inquiry is answered by the outcome itself, or by unknown", Ask)],
        .. Broken is null ? Array.Empty<(string, Func<Task>)>() : [("A message that throws fails alone", Batch)],
    ];

    /// <summary>Checks every rule that applies.</summary>
    /// <exception cref="ParticipantContractException">The participant breaks a rule.</exception>
    public async Task Check()
    {
        foreach (var (_, check) in Rules)
            await check();
    }

    async Task Repeat()
    {
        var saga = await NewSaga();
        using var first = Open();
        using var second = Open();
        var answer = await Answer(first, Command(saga, 1));
        IsDone(answer, "the first command");
        AreSame(answer, await Answer(first, Command(saga, 1)), "the command again");
        AreSame(answer, await Answer(second, Command(saga, 1)), "the command again, to another replica");
    }

    async Task ManyAtOnce()
    {
        var saga = await NewSaga();
        using var first = Open();
        using var second = Open();
        var answers = await Task.WhenAll(
            Enumerable.Range(0, Crowd).Select(i => Task.Run(() => Answer(i % 2 == 0 ? first : second, Command(saga, 1)))));
        foreach (var answer in answers)
            AreSame(answers[0], answer, "the command, many times at once");
        IsDone(answers[0], "the command, many times at once");
    }

    async Task Rejected()
    {
        var saga = await NewSaga();
        using var participant = Open();
        await IsRejected(participant, Command(Guid.Empty, 1), "a saga id of all zeros");
        await IsRejected(participant, Command(saga, 0), "epoch 0");
        if (Undo is not null)
            await IsRejected(participant, Undo(saga, 0), "an undo of epoch 0");
        IsDone(await Answer(participant, Command(saga, 1)), "the command after those that were rejected");
    }

    async Task Tombstone()
    {
        var saga = await NewSaga();
        using var participant = Open();
        var undone = await Answer(participant, Undo!(saga, 2));
        AreSame(undone, await Answer(participant, Undo(saga, 2)), "the undo again");
        foreach (var epoch in (int[])[1, 2])
        {
            var refused = await Answer(participant, Command(saga, epoch));
            IsNotDone(refused, $"epoch {epoch} after an undo of epoch 2");
            AreSame(refused, await Answer(participant, Command(saga, epoch)), "the refused command again");
        }

        IsDone(await Answer(participant, Command(saga, 3)), "epoch 3 after an undo of epoch 2");
    }

    async Task UndoWins()
    {
        var saga = await NewSaga();
        using var participant = Open();
        IsDone(await Answer(participant, Command(saga, 1)), "the first command");
        var undone = await Answer(participant, Undo!(saga, 1));
        IsNotDone(await Answer(participant, Command(saga, 1)), "the command after its undo");
        AreSame(undone, await Answer(participant, Undo(saga, 1)), "the undo again");
    }

    async Task Epochs()
    {
        var saga = await NewSaga();
        using var participant = Open();
        IsDone(await Answer(participant, Command(saga, 1)), "the first command");
        await Answer(participant, Undo!(saga, 1));
        var second = await Answer(participant, Command(saga, 2));
        IsDone(second, "epoch 2 after the undo of epoch 1");
        await Answer(participant, Undo(saga, 1));
        AreSame(second, await Answer(participant, Command(saga, 2)), "epoch 2 after an old undo of epoch 1");
        await Answer(participant, Undo(saga, 2));
        IsNotDone(await Answer(participant, Command(saga, 2)), "epoch 2 after its undo");
    }

    async Task Race()
    {
        using var first = Open();
        using var second = Open();
        await Task.WhenAll(Enumerable.Range(0, Crowd).Select(async _ =>
        {
            var saga = await NewSaga();
            await Task.WhenAll(
                Task.Run(() => Answer(first, Command(saga, 1))), Task.Run(() => Answer(second, Undo!(saga, 1))),
                Task.Run(() => Answer(first, Command(saga, 1))));
            IsNotDone(await Answer(first, Command(saga, 1)), "the command after an undo that raced it");
        }));
    }

    async Task Ask()
    {
        var saga = await NewSaga();
        using var participant = Open();
        var unknown = await Answer(participant, Inquiry!(saga, 1));
        if (unknown is not IStepInquiry)
            throw new ParticipantContractException($"an inquiry about a command that never came was answered by {Text(unknown)}");
        AreSame(unknown, await Answer(participant, Inquiry(saga, 1)), "the inquiry again, which must do nothing");
        var done = await Answer(participant, Command(saga, 1));
        AreSame(done, await Answer(participant, Inquiry(saga, 1)), "an inquiry after the command");
        if (Undo is null)
            return;
        await Answer(participant, Undo(saga, 1));
        AreSame(await Answer(participant, Command(saga, 1)), await Answer(participant, Inquiry(saga, 1)), "an inquiry after the undo");
    }

    async Task Batch()
    {
        List<Guid> sagas = [];
        for (var i = 0; i < Crowd; i++)
            sagas.Add(await NewSaga());
        using var participant = Open();
        var broken = Task.WhenAll(Enumerable.Range(0, 3).Select(_ => participant.Handle(Broken!(Guid.CreateVersion7()))));
        var answers = await Task.WhenAll(sagas.Select(saga => Answer(participant, Command(saga, 1))));
        foreach (var answer in answers)
            IsDone(answer, "a command that shares its transaction with one that throws");
        try
        {
            await broken;
        }
        catch (Exception e) when (e is not ParticipantContractException)
        {
            return;
        }

        throw new ParticipantContractException("the message that should throw did not");
    }

    async Task<Guid> NewSaga()
    {
        var saga = Guid.CreateVersion7();
        using var participant = Open();
        foreach (var message in Before(saga))
            await participant.Handle(message);
        return saga;
    }

    static async Task<IStepMessage> Answer(IParticipant participant, ISagaMessage message) =>
        await participant.Handle(message) ?? throw new ParticipantContractException($"{Text(message)} was not answered");

    static async Task IsRejected(IParticipant participant, IStepMessage message, string which)
    {
        try
        {
            await participant.Handle(message);
        }
        catch (RejectedMessageException)
        {
            return;
        }

        throw new ParticipantContractException($"{which} was not rejected: {Text(message)}");
    }

    void IsDone(IStepMessage answer, string to)
    {
        if (answer.GetType() != Done)
            throw new ParticipantContractException($"{to} was answered by {Text(answer)}, not by {Done.Name}");
    }

    void IsNotDone(IStepMessage answer, string to)
    {
        if (answer.GetType() == Done)
            throw new ParticipantContractException($"{to} was answered by {Text(answer)}");
    }

    static void AreSame(IStepMessage first, IStepMessage second, string to)
    {
        if (Text(first) != Text(second))
            throw new ParticipantContractException($"{to} was answered by {Text(second)}, and before by {Text(first)}");
    }

    static string Text(ISagaMessage message) =>
        $"{message.GetType().Name} {JsonSerializer.Serialize(message, message.GetType(), WireJson.Options)}";
}
