package main

import "fmt"

// The agent's messages as far as this test needs them. The client library
// encodes by these tags; field numbers are those of agent/proto/*.proto.

type empty struct{}

type checkRequest struct {
	Service string `protobuf:"bytes,1,opt,name=service,proto3"`
}

type checkResponse struct {
	Status int32 `protobuf:"varint,1,opt,name=status,proto3"`
}

type versionResponse struct {
	GrpcVersion  string `protobuf:"bytes,1,opt,name=grpc_version,proto3"`
	AgentVersion string `protobuf:"bytes,2,opt,name=agent_version,proto3"`
}

type createSandbox struct {
	Hostname  string `protobuf:"bytes,1,opt,name=hostname,proto3"`
	SandboxID string `protobuf:"bytes,5,opt,name=sandbox_id,proto3"`
}

type storage struct {
	Driver        string   `protobuf:"bytes,1,opt,name=driver,proto3" json:"driver"`
	DriverOptions []string `protobuf:"bytes,2,rep,name=driver_options,proto3" json:"driver_options"`
	Source        string   `protobuf:"bytes,3,opt,name=source,proto3" json:"source"`
	Fstype        string   `protobuf:"bytes,4,opt,name=fstype,proto3" json:"fstype"`
	Options       []string `protobuf:"bytes,5,rep,name=options,proto3" json:"options"`
	MountPoint    string   `protobuf:"bytes,6,opt,name=mount_point,proto3" json:"mount_point"`
	Shared        bool     `protobuf:"varint,8,opt,name=shared,proto3" json:"shared"`
}

type user struct {
	UID uint32 `protobuf:"varint,1,opt,name=UID,proto3" json:"uid"`
	GID uint32 `protobuf:"varint,2,opt,name=GID,proto3" json:"gid"`
}

type process struct {
	User *user    `protobuf:"bytes,3,opt,name=User,proto3" json:"user"`
	Args []string `protobuf:"bytes,4,rep,name=Args,proto3" json:"args"`
	Env  []string `protobuf:"bytes,5,rep,name=Env,proto3" json:"env"`
	Cwd  string   `protobuf:"bytes,6,opt,name=Cwd,proto3" json:"cwd"`
}

type root struct {
	Path     string `protobuf:"bytes,1,opt,name=Path,proto3" json:"path"`
	Readonly bool   `protobuf:"varint,2,opt,name=Readonly,proto3" json:"readonly"`
}

type mount struct {
	Destination string   `protobuf:"bytes,1,opt,name=destination,proto3" json:"destination"`
	Source      string   `protobuf:"bytes,2,opt,name=source,proto3" json:"source"`
	Type        string   `protobuf:"bytes,3,opt,name=type,proto3" json:"type"`
	Options     []string `protobuf:"bytes,4,rep,name=options,proto3" json:"options"`
}

type namespace struct {
	Type string `protobuf:"bytes,1,opt,name=Type,proto3" json:"type"`
	Path string `protobuf:"bytes,2,opt,name=Path,proto3" json:"path"`
}

type linux struct {
	Namespaces []*namespace `protobuf:"bytes,6,rep,name=Namespaces,proto3" json:"namespaces"`
}

type spec struct {
	Version string   `protobuf:"bytes,1,opt,name=Version,proto3" json:"ociVersion"`
	Process *process `protobuf:"bytes,2,opt,name=Process,proto3" json:"process"`
	Root    *root    `protobuf:"bytes,3,opt,name=Root,proto3" json:"root"`
	Mounts  []*mount `protobuf:"bytes,5,rep,name=Mounts,proto3" json:"mounts"`
	Linux   *linux   `protobuf:"bytes,8,opt,name=Linux,proto3" json:"linux"`
}

type createContainer struct {
	ContainerID string     `protobuf:"bytes,1,opt,name=container_id,proto3" json:"-"`
	ExecID      string     `protobuf:"bytes,2,opt,name=exec_id,proto3" json:"-"`
	Storages    []*storage `protobuf:"bytes,5,rep,name=storages,proto3" json:"storages"`
	OCI         *spec      `protobuf:"bytes,6,opt,name=OCI,proto3" json:"-"`
}

type execProcess struct {
	ContainerID string   `protobuf:"bytes,1,opt,name=container_id,proto3"`
	ExecID      string   `protobuf:"bytes,2,opt,name=exec_id,proto3"`
	Process     *process `protobuf:"bytes,4,opt,name=process,proto3"`
}

// containerRef is StartContainerRequest and RemoveContainerRequest.
type containerRef struct {
	ContainerID string `protobuf:"bytes,1,opt,name=container_id,proto3"`
}

// processRef is WaitProcessRequest and CloseStdinRequest.
type processRef struct {
	ContainerID string `protobuf:"bytes,1,opt,name=container_id,proto3"`
	ExecID      string `protobuf:"bytes,2,opt,name=exec_id,proto3"`
}

type waitResponse struct {
	Status int32 `protobuf:"varint,1,opt,name=status,proto3"`
}

type writeRequest struct {
	ContainerID string `protobuf:"bytes,1,opt,name=container_id,proto3"`
	ExecID      string `protobuf:"bytes,2,opt,name=exec_id,proto3"`
	Data        []byte `protobuf:"bytes,3,opt,name=data,proto3"`
}

type writeResponse struct {
	Len uint32 `protobuf:"varint,1,opt,name=len,proto3"`
}

type readRequest struct {
	ContainerID string `protobuf:"bytes,1,opt,name=container_id,proto3"`
	ExecID      string `protobuf:"bytes,2,opt,name=exec_id,proto3"`
	Len         uint32 `protobuf:"varint,3,opt,name=len,proto3"`
}

type readResponse struct {
	Data []byte `protobuf:"bytes,1,opt,name=data,proto3"`
}

func (m *empty) Reset()           { *m = empty{} }
func (m *checkRequest) Reset()    { *m = checkRequest{} }
func (m *checkResponse) Reset()   { *m = checkResponse{} }
func (m *versionResponse) Reset() { *m = versionResponse{} }
func (m *createSandbox) Reset()   { *m = createSandbox{} }
func (m *storage) Reset()         { *m = storage{} }
func (m *user) Reset()            { *m = user{} }
func (m *process) Reset()         { *m = process{} }
func (m *root) Reset()            { *m = root{} }
func (m *mount) Reset()           { *m = mount{} }
func (m *namespace) Reset()       { *m = namespace{} }
func (m *linux) Reset()           { *m = linux{} }
func (m *spec) Reset()            { *m = spec{} }
func (m *createContainer) Reset() { *m = createContainer{} }
func (m *execProcess) Reset()     { *m = execProcess{} }
func (m *containerRef) Reset()    { *m = containerRef{} }
func (m *processRef) Reset()      { *m = processRef{} }
func (m *waitResponse) Reset()    { *m = waitResponse{} }
func (m *writeRequest) Reset()    { *m = writeRequest{} }
func (m *writeResponse) Reset()   { *m = writeResponse{} }
func (m *readRequest) Reset()     { *m = readRequest{} }
func (m *readResponse) Reset()    { *m = readResponse{} }

func (m *empty) String() string           { return "{}" }
func (m *checkRequest) String() string    { return fmt.Sprintf("%+v", *m) }
func (m *checkResponse) String() string   { return fmt.Sprintf("%+v", *m) }
func (m *versionResponse) String() string { return fmt.Sprintf("%+v", *m) }
func (m *createSandbox) String() string   { return fmt.Sprintf("%+v", *m) }
func (m *storage) String() string         { return fmt.Sprintf("%+v", *m) }
func (m *user) String() string            { return fmt.Sprintf("%+v", *m) }
func (m *process) String() string         { return fmt.Sprintf("%+v", *m) }
func (m *root) String() string            { return fmt.Sprintf("%+v", *m) }
func (m *mount) String() string           { return fmt.Sprintf("%+v", *m) }
func (m *namespace) String() string       { return fmt.Sprintf("%+v", *m) }
func (m *linux) String() string           { return fmt.Sprintf("%+v", *m) }
func (m *spec) String() string            { return fmt.Sprintf("%+v", *m) }
func (m *createContainer) String() string { return fmt.Sprintf("%+v", *m) }
func (m *execProcess) String() string     { return fmt.Sprintf("%+v", *m) }
func (m *containerRef) String() string    { return fmt.Sprintf("%+v", *m) }
func (m *processRef) String() string      { return fmt.Sprintf("%+v", *m) }
func (m *waitResponse) String() string    { return fmt.Sprintf("%+v", *m) }
func (m *writeRequest) String() string    { return fmt.Sprintf("%+v", *m) }
func (m *writeResponse) String() string   { return fmt.Sprintf("%+v", *m) }
func (m *readRequest) String() string     { return fmt.Sprintf("%+v", *m) }
func (m *readResponse) String() string    { return fmt.Sprintf("%+v", *m) }

func (*empty) ProtoMessage()           {}
func (*checkRequest) ProtoMessage()    {}
func (*checkResponse) ProtoMessage()   {}
func (*versionResponse) ProtoMessage() {}
func (*createSandbox) ProtoMessage()   {}
func (*storage) ProtoMessage()         {}
func (*user) ProtoMessage()            {}
func (*process) ProtoMessage()         {}
func (*root) ProtoMessage()            {}
func (*mount) ProtoMessage()           {}
func (*namespace) ProtoMessage()       {}
func (*linux) ProtoMessage()           {}
func (*spec) ProtoMessage()            {}
func (*createContainer) ProtoMessage() {}
func (*containerRef) ProtoMessage()    {}
func (*processRef) ProtoMessage()      {}
func (*waitResponse) ProtoMessage()    {}
func (*writeRequest) ProtoMessage()    {}
func (*writeResponse) ProtoMessage()   {}
func (*readRequest) ProtoMessage()     {}
func (*readResponse) ProtoMessage()    {}
func (*execProcess) ProtoMessage()     {}
