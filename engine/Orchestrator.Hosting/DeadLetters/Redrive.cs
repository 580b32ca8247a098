using Orchestrator.Journal.DeadLetters;
using Orchestrator.MassTransit.Broker;
using Orchestrator.MassTransit.Sending;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace Orchestrator.Hosting.DeadLetters;

/// <summary>Sends dead letters back to the queues that they came from.</summary>
/// <remarks>
/// The broker confirms a message before its row is marked. If the process ends in between, the next redrive sends the message a second time
/// with the same id, and its receiver recognises it.
/// </remarks>
sealed class Redrive(BrokerAddress broker, DeadLetterLog log)
{
    /// <summary>Sends dead letters one after the other.</summary>
    /// <param name="letters">Their ids.</param>
    /// <param name="actor">The operator.</param>
    /// <param name="note">The operator's reason.</param>
    /// <param name="alsoUnchecked">Whether to send also dead letters whose sender nobody has checked.</param>
    /// <param name="left">Gets each dead letter that stays, and the reason.</param>
    /// <param name="cancellationToken">Stops between two dead letters.</param>
    /// <returns>How many were sent back.</returns>
    /// <exception cref="BrokerRefusedException">The broker refuses the connection.</exception>
    /// <exception cref="BrokerUnreachableException">The broker does not answer.</exception>
    public async Task<int> Run(
        IReadOnlyCollection<Guid> letters, string actor, string note, bool alsoUnchecked, Action<Guid, string> left,
        CancellationToken cancellationToken)
    {
        await using var connection = await broker.Connect("redrive", cancellationToken);
        var sent = 0;
        foreach (var id in letters)
        {
            if (WhyNotOpen.Of(id, await log.Chain(id, cancellationToken)) is { } why)
            {
                left(id, why);
                continue;
            }

            var letter = (await log.Find(id, cancellationToken))!;

            if (letter.IsForeign)
            {
                left(id, "it was set aside because its sender may not send it, and it is never sent back");
                continue;
            }

            if (letter.IsUnchecked && !alsoUnchecked)
            {
                left(id,
                    "the broker set it aside, and nobody has checked that its sender may send it; check it, and send it back with "
                    + "--unchecked");
                continue;
            }

            if (!await OthersQueues.IsThere(connection, letter.SourceQueue, cancellationToken))
            {
                left(id, $"there is no queue {letter.SourceQueue}");
                continue;
            }

            var body = RedrivenMessage.Body(letter);
            try
            {
                // Each message has its own channel, because the broker closes the channel when a message is too large.
                await using var channel = await connection.CreateChannelAsync(
                    new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true),
                    cancellationToken);
                await channel.BasicPublishAsync(
                    letter.SourceQueue, "", mandatory: true, RedrivenMessage.Properties(letter), body, cancellationToken);
            }
            catch (PublishException)
            {
                left(id, $"the queue {letter.SourceQueue} does not take it");
                continue;
            }
            catch (OperationInterruptedException e) when (SizeLimit.In(e) is { } limit)
            {
                left(id, new MessageTooLargeException(letter.MessageType ?? "the message", body.Length, limit).Message);
                continue;
            }

            await log.MarkRedriven(id, actor, note, cancellationToken);
            sent++;
        }

        return sent;
    }
}
