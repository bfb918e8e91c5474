// Reads manifests as an API server does: each document into the type that the
// Kubernetes API has for its kind, where a field that the type does not have, a
// field twice or a value of another type is a fault; then names, labels,
// annotations and selectors by the API's own rules. kustomization.yaml is left
// to kustomize.
package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	nodev1 "k8s.io/api/node/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/api/validation"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	metavalidation "k8s.io/apimachinery/pkg/apis/meta/v1/validation"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/runtime/serializer/json"
	"k8s.io/apimachinery/pkg/util/validation/field"
	"k8s.io/apimachinery/pkg/util/yaml"
)

func decoder() (runtime.Decoder, error) {
	scheme := runtime.NewScheme()
	for _, add := range []func(*runtime.Scheme) error{
		corev1.AddToScheme, appsv1.AddToScheme, nodev1.AddToScheme} {
		if err := add(scheme); err != nil {
			return nil, err
		}
	}
	return json.NewSerializerWithOptions(json.DefaultMetaFactory, scheme,
		scheme, json.SerializerOptions{Yaml: true, Strict: true}), nil
}

// Kinds without a namespace.
func isGlobal(k schema.GroupVersionKind) bool {
	return k.Kind == "Namespace" || k.Kind == "RuntimeClass"
}

func checkDaemonSet(d *appsv1.DaemonSet) error {
	s, err := metav1.LabelSelectorAsSelector(d.Spec.Selector)
	if err != nil {
		return err
	}
	if s.Empty() || !s.Matches(labels.Set(d.Spec.Template.Labels)) {
		return errors.New("spec.selector does not match the template")
	}
	return checkPod(&d.Spec.Template.Spec)
}

// What is mounted is there.
func checkPod(p *corev1.PodSpec) error {
	there := map[string]bool{}
	for _, v := range p.Volumes {
		there[v.Name] = true
	}
	for _, c := range append(p.InitContainers, p.Containers...) {
		if c.Image == "" {
			return fmt.Errorf("container %s has no image", c.Name)
		}
		for _, m := range c.VolumeMounts {
			if !there[m.Name] {
				return fmt.Errorf("no volume %s", m.Name)
			}
		}
	}
	faults := metavalidation.ValidateLabels(p.NodeSelector,
		field.NewPath("nodeSelector"))
	return faults.ToAggregate()
}

func check(o runtime.Object, k schema.GroupVersionKind) error {
	m, err := meta.Accessor(o)
	if err != nil {
		return err
	}
	// Whoever applies a tree gives its objects the namespace.
	if !isGlobal(k) && m.GetNamespace() == "" {
		m.SetNamespace("default")
	}
	faults := validation.ValidateObjectMetaAccessor(m, !isGlobal(k),
		validation.NameIsDNSSubdomain, field.NewPath("metadata"))
	if len(faults) > 0 {
		return faults.ToAggregate()
	}
	switch o := o.(type) {
	case *appsv1.DaemonSet:
		return checkDaemonSet(o)
	case *corev1.Pod:
		return checkPod(&o.Spec)
	case *nodev1.RuntimeClass:
		if o.Handler == "" {
			return errors.New("no handler")
		}
		if o.Scheduling != nil {
			return metavalidation.ValidateLabels(
				o.Scheduling.NodeSelector,
				field.NewPath("scheduling")).ToAggregate()
		}
	}
	return nil
}

func readDocument(d runtime.Decoder, text []byte) (int, error) {
	if len(bytes.TrimSpace(text)) == 0 {
		return 0, nil
	}
	o, k, err := d.Decode(text, nil, nil)
	if k != nil && k.Kind == "Kustomization" {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	if err := check(o, *k); err != nil {
		return 0, fmt.Errorf("%s: %w", k.Kind, err)
	}
	return 1, nil
}

func readFile(d runtime.Decoder, name string) (int, error) {
	f, err := os.Open(name)
	if err != nil {
		return 0, err
	}
	defer f.Close()
	n := 0
	for r := yaml.NewYAMLReader(bufio.NewReader(f)); ; {
		text, err := r.Read()
		if errors.Is(err, io.EOF) {
			return n, nil
		}
		if err != nil {
			return n, err
		}
		one, err := readDocument(d, text)
		if err != nil {
			return n, err
		}
		n += one
	}
}

func main() {
	d, err := decoder()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	code, n := 0, 0
	for _, name := range os.Args[1:] {
		one, err := readFile(d, name)
		if err != nil {
			fmt.Printf("%s: %v\n", name, err)
			code = 1
		}
		n += one
	}
	fmt.Printf("%d objects\n", n)
	os.Exit(code)
}
