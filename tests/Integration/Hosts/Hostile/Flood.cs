using System.Security.Cryptography;
using System.Text;
using RabbitMQ.Client;

namespace Orchestrator.Tests.Integration.Hosts.Hostile;

/// <summary>Publishes hostile messages as fast as the broker takes them, and remembers their expected fates.</summary>
sealed class Flood(Uri broker)
{
    const int Unconfirmed = 200;
    static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    readonly Dictionary<(string Queue, string Body), HostileMessage> _toSetAside = [];

    /// <summary>The number of sent messages of each kind.</summary>
    public SortedDictionary<string, int> Sent { get; } = [];

    /// <summary>The messages that must be set aside: the queue, and the hash of the expected column <c>body</c>.</summary>
    public IReadOnlyDictionary<(string Queue, string Body), HostileMessage> ToSetAside => _toSetAside;

    /// <summary>The number of messages that must wait, by queue.</summary>
    public Dictionary<string, long> ToWait { get; } = [];

    /// <summary>Publishes all messages. It returns when the broker has confirmed each.</summary>
    public async Task Send(IEnumerable<HostileMessage> messages)
    {
        await using var connection = await new ConnectionFactory { Uri = broker }.CreateConnectionAsync();
        await using var channel = await connection.CreateChannelAsync(new CreateChannelOptions(true, true));
        foreach (var chunk in messages.Chunk(Unconfirmed))
        {
            await Task.WhenAll(chunk.Select(message => channel.BasicPublishAsync(
                message.Exchange, message.Exchange == "" ? message.Queue : "", mandatory: true, message.Properties, message.Body)
                .AsTask()));
            foreach (var message in chunk)
                Remember(message);
        }
    }

    /// <summary>A body as the table holds it, hashed like PostgreSQL's <c>sha256</c>.</summary>
    public static string Hash(string body) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(body)));

    void Remember(HostileMessage message)
    {
        Sent[message.Kind] = Sent.GetValueOrDefault(message.Kind) + 1;
        if (message.Fate == Fate.SetAside)
            _toSetAside.Add((message.Queue, Hash(Stored(message.Body))), message);
        else if (message.Fate == Fate.Waits)
            ToWait[message.Queue] = ToWait.GetValueOrDefault(message.Queue) + 1;
    }

    static string Stored(byte[] body)
    {
        try
        {
            return body.Contains((byte)0) ? Convert.ToBase64String(body) : Strict.GetString(body);
        }
        catch (DecoderFallbackException)
        {
            return Convert.ToBase64String(body);
        }
    }
}
