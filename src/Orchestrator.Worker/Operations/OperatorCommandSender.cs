using System.Data.Common;
using System.Text.Json;
using MassTransit;
using Orchestrator.Contracts;
using Orchestrator.Contracts.Operations;
using Orchestrator.Journal;
using Orchestrator.Journal.Holds;
using Orchestrator.ServiceDefaults.Broker;
using Orchestrator.Storage;
using RabbitMQ.Client;

namespace Orchestrator.Worker.Operations;

/// <summary>Sends an operator's command, and waits until the database shows what became of it.</summary>
sealed class OperatorCommandSender(BrokerAddress broker, Database database, IEnumerable<ISagaKind> kinds, HoldStore holds)
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);
    static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(100);

    /// <summary>Commands one saga.</summary>
    /// <exception cref="OperatorCommandException">It is refused, or not answered in time.</exception>
    public async Task Send(IOperatorCommand command, CancellationToken cancellationToken)
    {
        var kind = await Look(
            sql => sql.First(
                $"SELECT kind FROM saga WHERE {database.Among("kind", "kinds")} AND id = @saga", row => row.GetString(0),
                ("kinds", kinds.Select(each => each.Name).ToArray()), ("saga", command.SagaId)),
            cancellationToken) ?? throw new OperatorCommandException($"there is no saga {command.SagaId}");
        var id = Guid.CreateVersion7();
        var (remark, isRefused) = await Send(
            kind, id, command, sql => sql.First(
                """
                SELECT remark, EXISTS (SELECT 1 FROM json_array_elements(outgoing) sent WHERE sent ->> 'messageType' = @refusal)
                FROM journal WHERE kind = @kind AND saga_id = @saga AND message_id = @id
                """,
                row => ((string, bool)?)(row.GetString(0), row.GetBoolean(1)),
                ("refusal", nameof(OperatorCommandRefused)), ("kind", kind), ("saga", command.SagaId), ("id", id)),
            cancellationToken);
        if (isRefused)
            throw new OperatorCommandException(remark["refused: ".Length..]);
    }

    /// <summary>Holds a step.</summary>
    /// <exception cref="OperatorCommandException">It is refused, or not answered in time.</exception>
    public async Task Send(HoldStep command, CancellationToken cancellationToken)
    {
        Check(holds.Problem(command));
        Check(AlreadyHeld(await Look(sql => Held(sql, command.Kind, command.Step), cancellationToken)));
        var holder = await Send(OperatorQueues.Commands, Guid.CreateVersion7(), command, sql => Held(sql, command.Kind, command.Step), cancellationToken);
        // Somebody else may have been faster.
        if (holder != (command.Actor, command.Note))
            Check(AlreadyHeld(holder));

        string? AlreadyHeld((string By, string Note)? holder) =>
            holder is var (by, note) ? $"{command.Step} of {command.Kind} is held already, by {by}: {note}" : null;
    }

    /// <summary>Lets a held step go on.</summary>
    /// <exception cref="OperatorCommandException">It is refused, or not answered in time.</exception>
    public async Task Send(ReleaseStep command, CancellationToken cancellationToken)
    {
        Check(holds.Problem(command));
        if (await Look(sql => Held(sql, command.Kind, command.Step), cancellationToken) is null)
            throw new OperatorCommandException($"{command.Step} of {command.Kind} is not held");
        var (by, note) = await Send(
            OperatorQueues.Commands, Guid.CreateVersion7(), command,
            async sql => await Held(sql, command.Kind, command.Step) is null ? await Released(sql, command.Kind, command.Step) : null, cancellationToken);
        if ((by, note) != (command.Actor, command.Note))
            throw new OperatorCommandException($"{command.Step} of {command.Kind} was released meanwhile, by {by}: {note}");
    }

    static void Check(string? problem)
    {
        if (problem is not null)
            throw new OperatorCommandException(problem);
    }

    async Task<T> Send<T>(string queue, Guid id, object command, Func<Sql, Task<T?>> answer, CancellationToken cancellationToken)
        where T : struct
    {
        OperatorCommandException late = Away("RabbitMQ");
        return await WithinPatience(
            async patience =>
            {
                await using var connection = await broker.Connect("operator", patience);
                if (!await OthersQueues.IsThere(connection, queue, patience))
                    throw new OperatorCommandException($"there is no queue {queue}; start a worker first");
                await using var channel = await connection.CreateChannelAsync(
                    new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true), patience);
                late = new OperatorCommandException(FormattableString.Invariant(
                    $"the broker has not confirmed it within {Patience.TotalSeconds} s, but may have it; see that it has no alarm, and whether the command acts"));
                await Publish(channel, queue, id, command, patience);
                return await Answer(queue, answer, patience);
            },
            () => late, cancellationToken);
    }

    async Task<T> Answer<T>(string queue, Func<Sql, Task<T?>> look, CancellationToken patience)
        where T : struct
    {
        try
        {
            while (true)
            {
                if (await database.Read(look, patience) is { } found)
                    return found;
                await Task.Delay(BetweenLooks, database.Time, patience);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or DbException)
        {
            throw new OperatorCommandException($"sent, and not answered yet: it acts when a worker takes it from the queue {queue}, unless it has become a dead letter");
        }
    }

    // A read is repeated until the database answers; here somebody waits for it.
    Task<T> Look<T>(Func<Sql, Task<T>> look, CancellationToken cancellationToken) =>
        WithinPatience(patience => database.Read(look, patience), () => Away("PostgreSQL"), cancellationToken);

    async Task<T> WithinPatience<T>(Func<CancellationToken, Task<T>> work, Func<OperatorCommandException> late, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(Patience, database.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            return await work(either.Token);
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested)
        {
            throw late();
        }
    }

    static OperatorCommandException Away(string server) =>
        new(FormattableString.Invariant($"{server} does not answer within {Patience.TotalSeconds} s; nothing was sent"), WorkerCommand.Trouble);

    async Task Publish(IChannel channel, string queue, Guid id, object command, CancellationToken cancellationToken)
    {
        MessageContract.Check(command.GetType());
        var envelope = new
        {
            messageId = id,
            correlationId = (command as IOperatorCommand)?.SagaId,
            conversationId = id,
            messageType = new[] { MessageUrn.ForTypeString(command.GetType()) },
            message = command,
            sentTime = database.Time.GetUtcNow(),
        };
        try
        {
            await channel.BasicPublishAsync(
                queue, "", mandatory: true,
                new BasicProperties { MessageId = id.ToString(), ContentType = "application/vnd.masstransit+json", Persistent = true },
                JsonSerializer.SerializeToUtf8Bytes(envelope, WireJson.Options), cancellationToken);
        }
        catch (RabbitMQ.Client.Exceptions.PublishException)
        {
            throw new OperatorCommandException($"the queue {queue} does not take it");
        }
    }

    static Task<(string By, string Note)?> Held(Sql sql, string kind, string step) => sql.First(
        "SELECT held_by, held_note FROM step_hold WHERE kind = @kind AND step = @step AND released_at IS NULL", Person, ("kind", kind), ("step", step));

    static Task<(string By, string Note)?> Released(Sql sql, string kind, string step) => sql.First(
        "SELECT released_by, released_note FROM step_hold WHERE kind = @kind AND step = @step AND released_at IS NOT NULL ORDER BY released_at DESC LIMIT 1",
        Person, ("kind", kind), ("step", step));

    static (string By, string Note)? Person(DbDataReader row) => (row.GetString(0), row.GetString(1));
}
