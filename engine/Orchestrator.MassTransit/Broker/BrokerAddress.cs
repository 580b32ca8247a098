using System.Diagnostics.CodeAnalysis;
using System.Security.Authentication;
using MassTransit;
using Orchestrator.Storage;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace Orchestrator.MassTransit.Broker;

/// <summary>Where the broker is and as whom to go there; <see cref="ToString"/> leaves the password out.</summary>
public sealed class BrokerAddress
{
    /// <summary>How an address is written.</summary>
    public const string Form = "amqp://user:password@host:5672/virtual-host";

    // A process that is frozen keeps the messages that it has taken until the broker closes its connection. The broker looks once in this
    // time, and closes when it has heard nothing at two looks: after 14 to 21 s. A saga waits 30 s for an answer.
    static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(7);

    // Of the whole greeting. The client itself waits without limit for what a broker says first.
    static readonly TimeSpan Greeting = TimeSpan.FromSeconds(15);

    readonly Uri _uri;
    readonly ServerTrust _trust;

    BrokerAddress(Uri uri, ServerTrust trust) => (_uri, _trust) = (uri, trust);

    /// <summary>Understands an address.</summary>
    /// <param name="text">As in <see cref="Form"/>; amqps for TLS; port and virtual host may be left out.</param>
    /// <param name="address">The address, if it is one.</param>
    public static bool TryParse(string? text, [NotNullWhen(true)] out BrokerAddress? address)
    {
        address = Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "amqp" or "amqps" && uri.Host.Length > 0
            ? new BrokerAddress(uri, ServerTrust.OfSystem)
            : null;
        return address is not null;
    }

    /// <summary>The same with another password.</summary>
    public BrokerAddress With(string password) => new(new UriBuilder(_uri) { Password = Uri.EscapeDataString(password) }.Uri, _trust);

    /// <summary>The same, where other authorities are believed.</summary>
    public BrokerAddress With(ServerTrust trust) => new(_uri, trust);

    /// <summary>Points a bus at the broker.</summary>
    public void ApplyTo(IRabbitMqBusFactoryConfigurator bus, string connectionName)
    {
        var factory = Factory();
        bus.Host(factory.HostName, (ushort)factory.Endpoint.Port, factory.VirtualHost, connectionName, host =>
        {
            host.Username(factory.UserName);
            host.Password(factory.Password);
            host.Heartbeat(Heartbeat);
            host.PublisherConfirmation = true;
            host.OnRefreshConnectionFactory = connections =>
            {
                connections.SocketFactory = BrokerSocket.Create;
                return Task.CompletedTask;
            };
            if (factory.Ssl.Enabled)
            {
                host.UseSsl(ssl =>
                {
                    ssl.ServerName = factory.HostName;
                    ssl.Protocol = SslProtocols.None; // The best that both sides know.
                    ssl.CertificateValidationCallback = _trust.Check;
                });
            }
        });
    }

    /// <summary>Opens a connection that the caller disposes of.</summary>
    /// <exception cref="BrokerRefusedException">The broker answers, and will not let us in.</exception>
    /// <exception cref="BrokerUnreachableException">It does not answer.</exception>
    public async Task<IConnection> Connect(string connectionName, CancellationToken cancellationToken)
    {
        using var greeting = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        greeting.CancelAfter(Greeting);
        try
        {
            return await Factory().CreateConnectionAsync(connectionName, greeting.Token);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new BrokerUnreachableException(new TimeoutException($"it did not answer within {Greeting.TotalSeconds} s", e));
        }
        catch (BrokerUnreachableException e) when (Failure.Chain(e).OfType<CertificateException>().FirstOrDefault() is { } refused)
        {
            throw new BrokerRefusedException(this, refused);
        }
        catch (BrokerUnreachableException e) when (Refusal(e) is { } refusal)
        {
            throw new BrokerRefusedException(this, refusal);
        }
        catch (OperationInterruptedException e) when (Refusal(e) is { } refusal)
        {
            throw new BrokerRefusedException(this, refusal);
        }
        catch (OperationInterruptedException e)
        {
            // It went away in the middle of the greeting.
            throw new BrokerUnreachableException(e);
        }
    }

    /// <inheritdoc />
    public override string ToString() =>
        $"{_uri.Scheme}://{Factory().UserName}@{_uri.Authority[(_uri.Authority.IndexOf('@') + 1)..]}{_uri.AbsolutePath}";

    // Whoever opens a connection opens another when it breaks: the client's own recovery gives up a consumer whose queue answers late
    // and calls it recovered (rabbitmq-dotnet-client#1993).
    ConnectionFactory Factory()
    {
        var factory = new ConnectionFactory
        {
            Uri = _uri,
            AutomaticRecoveryEnabled = false,
            RequestedHeartbeat = Heartbeat,
            SocketFactory = BrokerSocket.Create,
        };
        factory.Ssl.ServerName = factory.HostName;
        factory.Ssl.Version = SslProtocols.None;
        factory.Ssl.CertificateValidationCallback = _trust.Check;
        return factory;
    }

    // Only these words of the broker's own: a connection that breaks has a reason too, and so has a broker that is still starting.
    static string? Refusal(Exception exception) =>
        Failure.Chain(exception).OfType<AuthenticationFailureException>().FirstOrDefault()?.Message
        ?? Failure.Chain(exception).OfType<OperationInterruptedException>()
            .FirstOrDefault(
                e => e.ShutdownReason is
                {
                    Initiator: ShutdownInitiator.Peer,
                    ReplyCode: Constants.AccessRefused or Constants.NotAllowed
                })?.ShutdownReason?.ReplyText;
}
