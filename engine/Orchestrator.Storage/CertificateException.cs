using Orchestrator.Contracts;

namespace Orchestrator.Storage;

/// <summary>A server is not who it should be, as far as its certificate tells; the message is one sentence for an operator.</summary>
public sealed class CertificateException(string server, string reason) : TellableException(
    $"the certificate of {server} is refused: {reason}");
