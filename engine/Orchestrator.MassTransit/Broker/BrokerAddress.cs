using System.Diagnostics.CodeAnalysis;
using System.Security.Authentication;
using MassTransit;
using Orchestrator.Storage;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace Orchestrator.MassTransit.Broker;

/// <summary>The address of the broker and the user to log in with. <see cref="ToString"/> leaves out the password.</summary>
public sealed class BrokerAddress
{
    /// <summary>The form of an address.</summary>
    public const string Form = "amqp://user:password@host:5672/virtual-host";

    // A frozen process keeps its messages until the broker closes its connection. The broker checks once in this time, and closes the
    // connection when two checks in a row have heard nothing: after 14 to 21 s. A saga waits 30 s for an answer.
    static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(7);

    // The limit for the whole greeting. The client itself waits without a limit for the broker's first answer.
    static readonly TimeSpan Greeting = TimeSpan.FromSeconds(15);

    readonly Uri _uri;
    readonly ServerTrust _trust;

    BrokerAddress(Uri uri, ServerTrust trust) => (_uri, _trust) = (uri, trust);

    /// <summary>Parses an address.</summary>
    /// <param name="text">An address such as <see cref="Form"/>, with amqps for TLS. Port and virtual host may be left out.</param>
    /// <param name="address">The address; null when the text is not valid.</param>
    public static bool TryParse(string? text, [NotNullWhen(true)] out BrokerAddress? address)
    {
        address = Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "amqp" or "amqps" && uri.Host.Length > 0
            ? new BrokerAddress(uri, ServerTrust.OfSystem)
            : null;
        return address is not null;
    }

    /// <summary>The same address with another password.</summary>
    public BrokerAddress With(string password) => new(new UriBuilder(_uri) { Password = Uri.EscapeDataString(password) }.Uri, _trust);

    /// <summary>The same address with other trusted certificate authorities.</summary>
    public BrokerAddress With(ServerTrust trust) => new(_uri, trust);

    /// <summary>Configures a bus to connect to the broker.</summary>
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
                    ssl.Protocol = SslProtocols.None; // The best version that both sides support.
                    ssl.CertificateValidationCallback = _trust.Check;
                });
            }
        });
    }

    /// <summary>Opens a connection that the caller disposes of.</summary>
    /// <exception cref="BrokerRefusedException">
    /// The broker answers and refuses the connection, or its certificate is not trusted.
    /// </exception>
    /// <exception cref="BrokerUnreachableException">The broker does not answer.</exception>
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
            // The broker closed the connection during the greeting.
            throw new BrokerUnreachableException(e);
        }
    }

    /// <inheritdoc />
    public override string ToString() =>
        $"{_uri.Scheme}://{Factory().UserName}@{_uri.Authority[(_uri.Authority.IndexOf('@') + 1)..]}{_uri.AbsolutePath}";

    // The code that opens a connection opens another when it breaks. The client's own recovery is off: it gives up a consumer whose queue
    // answers late, and reports it as recovered (rabbitmq-dotnet-client#1993).
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

    // Only these answers of the broker are refusals. A broken connection has a reason too, and so has a broker that is still starting.
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
