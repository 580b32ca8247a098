using MassTransit;

namespace Orchestrator.MassTransit.Broker;

/// <summary>How long the broker's answer is waited for.</summary>
/// <remarks>
/// When a connection breaks, RabbitMQ's client first waits for its handlers and only then tells those who wait for a
/// confirm; and a handler that waits for a confirm would wait for ever. MassTransit too may wait, for a topology that
/// nobody sets up any more, without regard to the token. So whoever sends from within a handler lets go as soon as the
/// connection of its message is gone, and after a while in any case: the message comes again.
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
            // Disposed of while it is being cancelled, it would forget to tell the client, which holds a lock as it waits.
            if (!patience.IsCancellationRequested)
                patience.Dispose();
        }
    }
}
