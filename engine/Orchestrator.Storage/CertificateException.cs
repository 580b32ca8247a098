using Orchestrator.Contracts;

namespace Orchestrator.Storage;

/// <summary>A server's certificate is not trusted. The message is one sentence for an operator.</summary>
public sealed class CertificateException(string server, string reason) : TellableException(
    $"the certificate of {server} is refused: {reason}");
