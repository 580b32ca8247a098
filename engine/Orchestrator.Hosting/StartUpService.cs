using System.Data.Common;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orchestrator.Contracts;
using Orchestrator.Engine;
using Orchestrator.MassTransit.Broker;
using Orchestrator.Storage;

namespace Orchestrator.Hosting;

/// <summary>Brings the host up beside its health checks, which answer from the first moment, and drains it when it stops.</summary>
sealed partial class StartUpService(
    StartUp start, StartUpService.Outcome outcome, IHostApplicationLifetime life, ILogger<StartUpService> logger) : BackgroundService
{
    /// <summary>How the process shall end.</summary>
    public sealed class Outcome
    {
        public int ExitCode { get; set; }
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await start.End(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            var begun = start.Begin(stoppingToken);
            // A host that never gets all of its consumers does not come up.
            if (await Task.WhenAny(begun, start.Deaf) == begun)
                await begun;
            var deaf = await start.Deaf.WaitAsync(stoppingToken);
            LogDeaf(deaf);
            GiveUp();
        }
#pragma warning disable CA1031 // A start that is broken off may fail in any way; the host was told to stop, and does.
        catch (Exception) when (stoppingToken.IsCancellationRequested)
#pragma warning restore CA1031
        {
            // So it goes on to stop.
        }
        catch (Exception e) when (Sentence(e) is { } sentence)
        {
            LogRefused(sentence);
            GiveUp();
        }
#pragma warning disable CA1031 // Whatever it is, a host that can't start must say so and go.
        catch (Exception e)
#pragma warning restore CA1031
        {
            LogBroken(e);
            GiveUp();
        }
    }

    void GiveUp()
    {
        outcome.ExitCode = 1;
        life.StopApplication();
    }

    // What an operator can put right needs no stack trace.
    static string? Sentence(Exception exception) => exception switch
    {
        NewerSchemaException or BrokerRefusedException or DefinitionException => exception.Message,
        DbException { InnerException: CertificateException refused } => $"PostgreSQL can't be trusted: {refused.Message}",
        DbException => $"PostgreSQL refuses: {Redacted.Reason(exception)}; check ConnectionStrings__Postgres and what its role may do",
        _ => null,
    };

    [LoggerMessage(Level = LogLevel.Critical, Message = "The host ends, to be started again: {Reason}")]
    partial void LogDeaf(string reason);

    [LoggerMessage(Level = LogLevel.Critical, Message = "Can't start: {Reason}")]
    partial void LogRefused(string reason);

    [LoggerMessage(Level = LogLevel.Critical, Message = "Can't start")]
    partial void LogBroken(Exception exception);
}
