using System.Data.Common;
using System.Text.Json;
using MassTransit;
using Orchestrator.Contracts;
using Orchestrator.Contracts.Operations;
using Orchestrator.Journal.Holds;
using Orchestrator.MassTransit.Broker;
using Orchestrator.Storage;
using RabbitMQ.Client;

namespace Orchestrator.Hosting.Operations;

/// <summary>Sends operators' commands, and waits until the database shows their results.</summary>
sealed class OperatorCommandSender(BrokerAddress broker, Database database, HoldStore holds, Patience patience)
{
    const string Refused = "refused: ";

    static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(100);

    /// <summary>Sends commands to sagas.</summary>
    /// <returns>The result of each command, in their order.</returns>
    /// <exception cref="OperatorCommandException">No command was sent.</exception>
    public async Task<IReadOnlyList<Outcome>> Send(
        IReadOnlyList<(FoundSaga Saga, ISagaMessage Command)> commands, CancellationToken cancellationToken)
    {
        var letters = commands.Select(command => new Letter(Guid.CreateVersion7(), command.Saga.Kind.Name, command.Command)).ToList();
        var answers = new Dictionary<Guid, Outcome>();
        await Send(
            letters,
            async sql =>
            {
                foreach (var (id, remark, isRefused) in await Answers(sql, commands.Select(command => command.Saga), letters))
                    answers[id] = Answer(letters.Single(letter => letter.Id == id).Command, remark, isRefused);
                return letters.All(letter => letter.Problem is not null || answers.ContainsKey(letter.Id));
            },
            cancellationToken);
        return [.. letters.Select(letter => letter.Problem is { } problem
            ? new Outcome(false, problem)
            : answers.GetValueOrDefault(letter.Id) ?? new(false, NotAnswered(letter.Queue)))];
    }

    /// <summary>Holds a step.</summary>
    /// <exception cref="OperatorCommandException">It is refused, or not answered in time.</exception>
    public async Task Send(HoldStep command, CancellationToken cancellationToken)
    {
        Check(holds.Problem(command));
        Check(AlreadyHeld(await Look(sql => Held(sql, command.Kind, command.Step), cancellationToken)));
        (string By, string Note)? holder = null;
        await SendOne(command, async sql => (holder = await Held(sql, command.Kind, command.Step)) is not null, cancellationToken);
        // Another operator may have held it first.
        if (holder != (command.Actor, command.Note))
            Check(AlreadyHeld(holder));

        string? AlreadyHeld((string By, string Note)? holder) =>
            holder is var (by, note) ? $"{command.Step} of {command.Kind} is held already, by {by}: {note}" : null;
    }

    /// <summary>Releases a held step.</summary>
    /// <exception cref="OperatorCommandException">It is refused, or not answered in time.</exception>
    public async Task Send(ReleaseStep command, CancellationToken cancellationToken)
    {
        Check(holds.Problem(command));
        if (await Look(sql => Held(sql, command.Kind, command.Step), cancellationToken) is null)
            throw new OperatorCommandException($"{command.Step} of {command.Kind} is not held");
        (string By, string Note)? released = null;
        await SendOne(
            command,
            async sql =>
                await Held(sql, command.Kind, command.Step) is null
                && (released = await Released(sql, command.Kind, command.Step)) is not null,
            cancellationToken);
        if (released is var (by, note) && (by, note) != (command.Actor, command.Note))
            throw new OperatorCommandException($"{command.Step} of {command.Kind} was released meanwhile, by {by}: {note}");
    }

    static void Check(string? problem)
    {
        if (problem is not null)
            throw new OperatorCommandException(problem);
    }

    async Task SendOne(object command, Func<Sql, Task<bool>> isAnswered, CancellationToken cancellationToken)
    {
        var letter = new Letter(Guid.CreateVersion7(), OperatorQueues.Commands, command);
        var answered = await Send([letter], isAnswered, cancellationToken);
        Check(letter.Problem ?? (answered ? null : NotAnswered(letter.Queue)));
    }

    /// <returns>Whether all that were sent were answered in time.</returns>
    async Task<bool> Send(IReadOnlyList<Letter> letters, Func<Sql, Task<bool>> isAnswered, CancellationToken cancellationToken)
    {
        await using var connection = await patience.Wait(
            token => broker.Connect("operator", token), () => Patience.Away("RabbitMQ"), cancellationToken);
        foreach (var queue in letters.Select(letter => letter.Queue).Distinct())
        {
            if (!await patience.Wait(
                token => OthersQueues.IsThere(connection, queue, token), () => Patience.Away("RabbitMQ"), cancellationToken))
                throw new OperatorCommandException($"there is no queue {queue}; start a worker first");
        }

        await using var channel = await patience.Wait(
            token => connection.CreateChannelAsync(
                new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true), token),
            () => Patience.Away("RabbitMQ"), cancellationToken);
        var isTaking = true;
        foreach (var letter in letters)
        {
            letter.Problem = isTaking
                ? await Publish(channel, letter, cancellationToken) : "it was not sent: the broker did not confirm the one before";
            isTaking = letter.Problem != NotConfirmed;
        }

        return letters.All(letter => letter.Problem is not null) || await IsAnswered(isAnswered, cancellationToken);
    }

    async Task<bool> IsAnswered(Func<Sql, Task<bool>> look, CancellationToken cancellationToken)
    {
        try
        {
            return await patience.Wait(
                async token =>
                {
                    while (!await database.Read(look, token))
                        await Task.Delay(BetweenLooks, database.Time, token);
                    return true;
                },
                () => new OperatorCommandException("it is late"), cancellationToken);
        }
        catch (Exception e) when (e is OperatorCommandException or OperationCanceledException or DbException)
        {
            return false;
        }
    }

    /// <returns>Why it was not sent; null if it was sent.</returns>
    async Task<string?> Publish(IChannel channel, Letter letter, CancellationToken cancellationToken)
    {
        MessageContract.Check(letter.Command.GetType());
        var envelope = new
        {
            messageId = letter.Id,
            correlationId = (letter.Command as ISagaMessage)?.SagaId,
            conversationId = letter.Id,
            messageType = new[] { MessageUrn.ForTypeString(letter.Command.GetType()) },
            message = letter.Command,
            sentTime = database.Time.GetUtcNow(),
        };
        var properties = new BasicProperties
        {
            MessageId = letter.Id.ToString(),
            ContentType = "application/vnd.masstransit+json",
            Persistent = true,
        };
        var body = JsonSerializer.SerializeToUtf8Bytes(envelope, WireJson.Options);
        try
        {
            return await patience.Wait<string?>(
                async token =>
                {
                    await channel.BasicPublishAsync(letter.Queue, "", mandatory: true, properties, body, token);
                    return null;
                },
                () => new OperatorCommandException(NotConfirmed), cancellationToken);
        }
        catch (RabbitMQ.Client.Exceptions.PublishException)
        {
            return $"the queue {letter.Queue} does not take it";
        }
        catch (OperatorCommandException e)
        {
            return e.Message;
        }
    }

    // A read is repeated until the database answers. Here a person waits for it, so the wait is limited.
    Task<T> Look<T>(Func<Sql, Task<T>> look, CancellationToken cancellationToken) =>
        patience.Wait(token => database.Read(look, token), () => Patience.Away("PostgreSQL"), cancellationToken);

    Task<List<(Guid Id, string? Remark, bool IsRefused)>> Answers(Sql sql, IEnumerable<FoundSaga> sagas, IEnumerable<Letter> letters) =>
        sql.Query(
        $"""
         SELECT message_id, remark, EXISTS (SELECT 1 FROM json_array_elements(outgoing) sent WHERE sent ->> 'messageType' = @refusal)
         FROM journal WHERE {database.Among("kind", "kinds")} AND {database.Among("saga_id", "sagas")}
             AND {database.Among("message_id", "messages")}
         """,
        row => (row.GetGuid(0), row.IsDBNull(1) ? null : row.GetString(1), row.GetBoolean(2)),
        ("refusal", nameof(OperatorCommandRefused)), ("kinds", sagas.Select(saga => saga.Kind.Name).Distinct().ToArray()),
        ("sagas", sagas.Select(saga => saga.Id).ToArray()), ("messages", letters.Select(letter => letter.Id).ToArray()));

    // The remark of a cancellation is made by the saga, so it is shown. For another command the remark is the operator's own note, or the
    // reason of the refusal.
    static Outcome Answer(object command, string? remark, bool isRefused) => command switch
    {
        ICancellation when remark?.StartsWith(Refused, StringComparison.Ordinal) == true =>
            new(false, $"it can't be cancelled any more: {remark[Refused.Length..]}"),
        ICancellation => new(true, remark),
        _ => isRefused ? new(false, remark![Refused.Length..]) : new(true, null),
    };

    static readonly string NotConfirmed =
        FormattableString.Invariant($"the broker has not confirmed it within {Patience.Limit.TotalSeconds} s, but may still deliver it; ")
        + "check that the broker has no alarm, and whether the command takes effect";

    static string NotAnswered(string queue) =>
        $"sent, and not answered yet: it acts when a worker takes it from the queue {queue}, unless it has become a dead letter";

    static Task<(string By, string Note)?> Held(Sql sql, string kind, string step) => sql.First(
        "SELECT held_by, held_note FROM step_hold WHERE kind = @kind AND step = @step AND command IS NULL AND released_at IS NULL", Person,
        ("kind", kind), ("step", step));

    static Task<(string By, string Note)?> Released(Sql sql, string kind, string step) => sql.First(
        "SELECT released_by, released_note FROM step_hold WHERE kind = @kind AND step = @step AND command IS NULL AND released_at IS NOT "
        + "NULL ORDER BY released_at DESC LIMIT 1",
        Person, ("kind", kind), ("step", step));

    static (string By, string Note)? Person(DbDataReader row) => (row.GetString(0), row.GetString(1));

    /// <summary>The result of a command.</summary>
    /// <param name="IsDone">Whether the saga carried it out.</param>
    /// <param name="Remark">The reason of a refusal, or another remark.</param>
    public sealed record Outcome(bool IsDone, string? Remark);

    sealed record Letter(Guid Id, string Queue, object Command)
    {
        public string? Problem { get; set; }
    }
}
