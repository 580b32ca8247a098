using Orchestrator.Contracts;
using Orchestrator.Contracts.Inventory;
using Orchestrator.Contracts.Payment;
using Orchestrator.Contracts.Shipping;

namespace Orchestrator.Local.Faults;

/// <summary>The refusals that the injector answers in a participant's place.</summary>
static class Refusals
{
    /// <summary>What a refused order shows as its reason.</summary>
    public const string Reason = "refused by --faults";

    /// <summary>The name of the act that a message is about: its own, or that of the command that it asks about.</summary>
    public static string ActOf(IStepMessage command) => command is IStepInquiry question ? question.Step : command.GetType().Name;

    /// <summary>The refusal of an act; nothing when business can't refuse it.</summary>
    public static IStepMessage? Of(IStepMessage command) => ActOf(command) switch
    {
        nameof(ReserveStock) => new StockRefused(command.SagaId, command.Epoch, Reason),
        nameof(AuthorizePayment) => new PaymentRefused(command.SagaId, command.Epoch, Reason),
        nameof(CapturePayment) => new CaptureRefused(command.SagaId, command.Epoch, Reason),
        nameof(BookShipment) => new ShipmentRefused(command.SagaId, command.Epoch, Reason),
        _ => null,
    };
}
