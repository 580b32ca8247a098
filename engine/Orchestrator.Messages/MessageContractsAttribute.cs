[assembly: Orchestrator.Contracts.MessageContracts]

namespace Orchestrator.Contracts;

/// <summary>
/// Marks an assembly that holds message contracts. Only messages of such assemblies are sent; see <see cref="MessageContract"/>.
/// </summary>
[AttributeUsage(AttributeTargets.Assembly)]
public sealed class MessageContractsAttribute : Attribute;
