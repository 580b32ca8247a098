using MassTransit;

namespace Orchestrator.MassTransit.Broker;

/// <summary>Limits how long a sender waits for the broker's answer.</summary>
/// <remarks>
/// When a connection breaks, RabbitMQ's client first waits for its handlers, and only then reports to the senders that wait for a confirm.
/// So a handler that waits for a confirm would wait for ever. MassTransit may also wait for a topology that nobody sets up any more, and
/// ignores the token then. So a handler that sends stops waiting when the connection of its message is closed, or after this limit. Its
/// message comes again.
/// </remarks>
public static class Patience
{
    static readonly TimeSpan Longest = TimeSpan.FromSeconds(15);

    /// <summary>Sends, and waits for the broker's confirm.</summary>
    /// <exception cref="ConnectionException">No confirm came.</exception>
    public static async Task Send(Func<CancellationToken, Task> send, CancellationToken cancellationToken)
    {
        var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Longest);
        try
        {
            await send(patience.Token).WaitAsync(patience.Token);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new ConnectionException($"the broker did not confirm a message within {Longest.TotalSeconds} s", e);
        }
        finally
        {
            // A source that is disposed of while it is being cancelled does not run its callbacks. Then the client, which holds a lock
            // while it waits, would never learn of the cancellation.
            if (!patience.IsCancellationRequested)
                patience.Dispose();
        }
    }
}
